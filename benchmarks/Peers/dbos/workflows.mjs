import { DBOS } from "@dbos-inc/dbos-sdk";

const AN_HOUR = 3600;

/** Registers the workflows; a step is called with its number and the id of its workflow. */
export function register(step) {
  const sequence = DBOS.registerWorkflow(async (steps) => {
    let sum = 0;
    for (let number = 0; number < steps; number++) {
      sum += await DBOS.runStep(async () => step(number, DBOS.workflowID), { name: "step" });
    }
    return sum;
  }, { name: "sequence" });

  // The faster of the two documented ways to join: waitAll asks for all at once, getResult records each child's result as a step.
  const fanOut = DBOS.registerWorkflow(async (children) => {
    const handles = await Promise.all(Array.from({ length: children }, () => DBOS.startWorkflow(sequence)(1)));
    return (await DBOS.waitAll(handles, { pollingIntervalMs: 10 })).length;
  }, { name: "fanOut" });

  const park = DBOS.registerWorkflow(() => DBOS.recv("go", AN_HOUR), { name: "park" });
  return { sequence, fanOut, park };
}

/** Launches DBOS with its defaults: a pool of 10 connections, every step committed before the next begins. Logs go to standard error. */
export async function launch(systemDatabaseUrl) {
  const silent = () => {};
  DBOS.setConfig({
    name: "benchmark",
    applicationVersion: "1",
    systemDatabaseUrl,
    logger: { debug: silent, info: silent, warn: console.warn, error: console.error },
  });
  await DBOS.launch();
}
