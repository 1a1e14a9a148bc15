import { openSync, writeSync } from "node:fs";

/** A file in which steps note that they were executed; it survives the process. As App/Ledger.cs writes it. */
export function ledger(file) {
  const handle = openSync(file, "a");
  return (instance, step) => {
    writeSync(handle, `${instance} ${step} ${Date.now()}\n`);
  };
}
