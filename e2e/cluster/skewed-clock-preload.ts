// Makes the clock of a process wrong by as many ms as a file says.
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
    // Its test is over.
  }
}

read();
watch(file, read).unref();

/** Only without anything does a date look at the clock. */
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
