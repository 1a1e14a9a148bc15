import { Command } from "@langchain/langgraph";
import { ledger } from "../shared/ledger.mjs";
import { memory, seconds, serve, times } from "../shared/serve.mjs";
import { version } from "../shared/version.mjs";
import { fanOut, open, park, sequence, thread } from "./graphs.mjs";

const [mode, file, ...rest] = process.argv.slice(2);
const { database, saver } = open(file);
if (mode === "crash") {
  const [notes, orchestrations, steps] = rest;
  await runToTheEnd(ledger(notes), Number(orchestrations), Number(steps));
} else {
  await serveWorkloads();
}

async function serveWorkloads() {
  const trivial = (number) => number;
  const graphs = { sequence: sequence(saver, trivial), fanOut: fanOut(saver, trivial), park: park(saver) };
  let threads = 0;
  const next = () => thread(`thread-${threads++}`);
  const start = (steps) => graphs.sequence.invoke({ steps, next: 0, sum: 0 }, next());
  await serve({
    info: () => ({ settings: settings() }),
    sequence: async ({ steps }) => ({ seconds: await seconds(() => start(steps)) }),
    many: async ({ orchestrations, steps }) => ({
      seconds: await seconds(() => Promise.all(times(orchestrations, () => start(steps)))),
    }),
    fanOut: async ({ children }) => ({
      seconds: await seconds(async () => {
        const { results } = await graphs.fanOut.invoke({ children }, next());
        expect(results.length === children, "a child is missing");
      }),
    }),
    park: async ({ count }) => {
      const before = memory();
      const parked = times(count, next);
      await Promise.all(parked.map((config) => graphs.park.invoke({}, config)));
      const bytes = memory() - before;
      return {
        bytesEach: bytes / count,
        seconds: await seconds(async () => {
          const ended = await Promise.all(parked.map((config) => graphs.park.invoke(new Command({ resume: 1 }), config)));
          expect(ended.every(({ answer }) => answer === 1), "a thread was not resumed");
        }),
      };
    },
  });
}

/** Goes on with the threads that have a checkpoint and starts the others: LangGraph leaves recovery to its caller. */
async function runToTheEnd(note, orchestrations, steps) {
  const graph = sequence(saver, (number, id) => (note(id, number), number));
  await Promise.all(times(orchestrations, async (index) => {
    const config = thread(`crash-${index}`);
    const { createdAt, next } = await graph.getState(config);
    if (!createdAt) {
      await graph.invoke({ steps, next: 0, sum: 0 }, config);
    } else if (next.length > 0) {
      await graph.invoke(null, config);
    }
  }));
  console.log("completed");
}

function settings() {
  const level = ["OFF", "NORMAL", "FULL", "EXTRA"][database.pragma("synchronous", { simple: true })];
  return {
    "Node.js": process.versions.node,
    LangGraph: version(import.meta.url, "@langchain/langgraph"),
    "better-sqlite3": version(import.meta.url, "better-sqlite3"),
    SQLite: database.prepare("SELECT sqlite_version()").pluck().get(),
    durability: "sync",
    journal_mode: database.pragma("journal_mode", { simple: true }),
    synchronous: level,
  };
}

function expect(holds, what) {
  if (!holds) {
    throw new Error(what);
  }
}
