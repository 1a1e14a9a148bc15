import { readFileSync } from "node:fs";

/** The version of a package that was installed beside the module of this address. */
export function version(address, name) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, address), "utf8")).version;
}
