// Shifts the clock of a process by the number of ms in a file.
import { readFileSync, watch } from "node:fs";

import { variable } from "./skewed-clock.ts";

const file = process.env[variable] ?? "";
const RightDate = Date;
const rightNow = Date.now.bind(Date);
let ahead = 0;

function read(): void {
  try {
    ahead = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // The test has removed the file.
  }
}

read();
watch(file, read).unref();

/** A date reads the clock only if it is made without arguments. */
globalThis.Date = new Proxy(RightDate, {
  construct: (target, given: unknown[], made) =>
    Reflect.construct(
      target,
      given.length === 0 ? [rightNow() + ahead] : given,
      made,
    ) as Date,
  get: (target, name) =>
    name === "now" ? () => rightNow() + ahead : Reflect.get(target, name),
});
