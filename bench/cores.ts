import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The core of the server and the core of the load; null: not pinned. */
export interface Cores {
  server: number | null;
  load: number | null;
}

/**
 * Gives this process a core of its own and names another one for the server,
 * where the system has two and can.
 */
export function pinLoad(): Cores {
  const [server, load] = allowedCores();
  if (server === undefined || load === undefined || !Bun.which("taskset"))
    return { server: null, load: null };
  const { status } = spawnSync("taskset", [
    "-a",
    "-c",
    "-p",
    String(load),
    String(process.pid),
  ]);
  return status === 0 ? { server, load } : { server: null, load: null };
}

/** The command that runs another on this core. */
export function onCore(core: number | null, command: string[]): string[] {
  return core === null ? command : ["taskset", "-c", String(core), ...command];
}

function allowedCores(): number[] {
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const [, list = ""] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status) ?? [];
    return readCoreList(list);
  } catch {
    return [];
  }
}

/** The kernel's way to write it: 0-2,5. */
export function readCoreList(list: string): number[] {
  if (list === "") return [];
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
