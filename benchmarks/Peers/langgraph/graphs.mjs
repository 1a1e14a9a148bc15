import { Annotation, END, interrupt, Send, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import Database from "better-sqlite3";

/** The SQLite checkpointer, with a commit on disk before it is acknowledged: WAL alone would leave better-sqlite3 at NORMAL. */
export function open(file) {
  const database = new Database(file);
  const saver = new SqliteSaver(database);
  saver.setup();
  database.pragma("synchronous = FULL");
  return { database, saver };
}

/** A node runs one step and loops; each run is one super-step with a checkpoint. */
export function sequence(saver, step) {
  const State = Annotation.Root({ steps: Annotation(), next: Annotation(), sum: Annotation() });
  return new StateGraph(State)
    .addNode("work", ({ next, sum }, { configurable }) => ({ next: next + 1, sum: sum + step(next, configurable.thread_id) }))
    .addEdge(START, "work")
    .addConditionalEdges("work", ({ next, steps }) => (next < steps ? "work" : END))
    .compile({ checkpointer: saver });
}

/** Map and reduce: one Send for each child, each of one step, whose result is stored as it ends; then the join. */
export function fanOut(saver, step) {
  const results = Annotation({ reducer: (all, more) => all.concat(more), default: () => [] });
  return new StateGraph(Annotation.Root({ children: Annotation(), results }))
    .addNode("parent", () => ({}))
    .addNode("child", ({ number }) => ({ results: [step(number)] }))
    .addNode("join", () => ({}))
    .addEdge(START, "parent")
    .addConditionalEdges("parent", ({ children }) => Array.from({ length: children }, (_, number) => new Send("child", { number })))
    .addEdge("child", "join")
    .addEdge("join", END)
    .compile({ checkpointer: saver });
}

/** Waits for a human. */
export function park(saver) {
  return new StateGraph(Annotation.Root({ answer: Annotation() }))
    .addNode("wait", () => ({ answer: interrupt("go") }))
    .addEdge(START, "wait")
    .addEdge("wait", END)
    .compile({ checkpointer: saver });
}

/** How a thread is run: every checkpoint is stored before the next super-step begins. */
export const thread = (id) => ({ configurable: { thread_id: id }, durability: "sync", recursionLimit: 1000 });
