import { readdirSync, readFileSync } from "node:fs";

import { Client } from "pg";

import { readStat } from "./process-usage.ts";

/** CPU seconds of a PostgreSQL so far, of all its processes. */
export type DatabaseCPU = () => number;

/** Returns a function that answers NaN where the database is on another machine. */
export async function watchDatabase(url: string): Promise<DatabaseCPU> {
  if (url === "") return () => NaN;
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    "select pg_backend_pid() as pid",
  );
  const postmaster = findPostmaster(rows[0]!.pid);
  await client.end();
  return () => (postmaster === undefined ? NaN : cpuSecondsOfAll(postmaster));
}

function findPostmaster(backend: number): number | undefined {
  const stat = statOf(backend);
  return stat?.name === "postgres" ? stat.parent : undefined;
}

/** Each connection is a process; those that ended are counted by their parent. */
function cpuSecondsOfAll(postmaster: number): number {
  let seconds = 0;
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat && Number(name) === postmaster)
      seconds += stat.cpuSeconds + stat.endedChildrenCPUSeconds;
    else if (stat?.parent === postmaster) seconds += stat.cpuSeconds;
  }
  return seconds;
}

function statOf(pid: number) {
  try {
    return readStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return undefined; // it has ended, or is on another machine
  }
}
