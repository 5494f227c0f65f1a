import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import type { Machine } from "./machine.ts";
import type { Result } from "./table.ts";

const folder = join(import.meta.dir, "results");

/** Writes results where later runs can be compared with them. */
export function writeResults(
  file: string,
  machine: Machine,
  results: readonly Result[],
): string {
  const isPath = isAbsolute(file) || file.includes("/");
  const path = isPath ? file : join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  return path;
}
