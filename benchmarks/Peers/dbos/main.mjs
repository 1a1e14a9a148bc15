import { DBOS } from "@dbos-inc/dbos-sdk";
import { ledger } from "../shared/ledger.mjs";
import { memory, seconds, serve, times } from "../shared/serve.mjs";
import { version } from "../shared/version.mjs";
import { launch, register } from "./workflows.mjs";

const [mode, url, ...rest] = process.argv.slice(2);
if (mode === "crash") {
  const [notes, orchestrations, steps] = rest;
  await runToTheEnd(ledger(notes), Number(orchestrations), Number(steps));
} else {
  await serveWorkloads();
}
await DBOS.shutdown();

async function serveWorkloads() {
  const workflows = register((number) => number);
  await launch(url);
  const startAll = (workflow, count, ...args) => Promise.all(times(count, () => DBOS.startWorkflow(workflow)(...args)));
  const results = (handles) => Promise.all(handles.map((handle) => handle.getResult()));
  await serve({
    info: () => ({ settings: settings() }),
    sequence: async ({ steps }) => ({ seconds: await seconds(async () => results(await startAll(workflows.sequence, 1, steps))) }),
    many: async ({ orchestrations, steps }) => ({
      seconds: await seconds(async () => results(await startAll(workflows.sequence, orchestrations, steps))),
    }),
    fanOut: async ({ children }) => ({ seconds: await seconds(async () => results(await startAll(workflows.fanOut, 1, children))) }),
    park: async ({ count }) => {
      const before = memory();
      const parked = await startAll(workflows.park, count);
      await Promise.all(parked.map(isWaiting));
      const bytes = memory() - before;
      return {
        bytesEach: bytes / count,
        seconds: await seconds(async () => {
          const ended = results(parked);
          await Promise.all(parked.map(({ workflowID }) => DBOS.send(workflowID, 1, "go")));
          if ((await ended).some((answer) => answer !== 1)) {
            throw new Error("a workflow was not released");
          }
        }),
      };
    },
  });
}

/** Until the deadline of its wait is stored, which is what recv does first. */
async function isWaiting({ workflowID }) {
  while ((await DBOS.listWorkflowSteps(workflowID)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Launching recovers what was running; what does not exist yet is started. */
async function runToTheEnd(note, orchestrations, steps) {
  const { sequence } = register((number, id) => (note(id, number), number));
  await launch(url);
  const handles = await Promise.all(times(orchestrations, (index) =>
    DBOS.startWorkflow(sequence, { workflowID: `crash-${index}` })(steps)));
  await DBOS.waitAll(handles, { pollingIntervalMs: 10 });
  console.log("completed");
}

function settings() {
  return {
    "Node.js": process.versions.node,
    DBOS: version(import.meta.url, "@dbos-inc/dbos-sdk"),
    systemDatabasePoolSize: "10 (default)",
  };
}
