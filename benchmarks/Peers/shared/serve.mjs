import { createInterface } from "node:readline";

/**
 * Answers each line of standard input, {"run": name, ...arguments}, with one line of standard output: what the handler of that
 * name gives, or {"error": text}. Nothing else may write to standard output.
 */
export async function serve(handlers) {
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { run, ...args } = JSON.parse(line);
    let answer;
    try {
      answer = await handlers[run](args);
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    console.log(JSON.stringify(answer));
  }
}

/** Seconds that something takes. */
export async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** Bytes in use after a collection of garbage; needs node --expose-gc. */
export function memory() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
