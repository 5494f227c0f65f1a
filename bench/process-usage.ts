import { readFileSync } from "node:fs";

/** Linux counts a process's time in these, whatever the kernel's own. */
const ticksPerSecond = 100;

/** CPU seconds of all threads of a process so far. */
export function cpuSecondsOf(pid: number): number {
  return readCPUSeconds(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

export const readCPUSeconds = (stat: string): number =>
  readStat(stat).cpuSeconds;

export interface ProcessStat {
  name: string;
  parent: number;
  cpuSeconds: number;
  /** CPU seconds of child processes that ended and were waited for. */
  endedChildrenCPUSeconds: number;
}

export function readStat(stat: string): ProcessStat {
  // The name, in parentheses, may hold blanks; the state behind it is the 3rd field.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  const seconds = (from: number) =>
    (Number(fields[from - 3]) + Number(fields[from - 2])) / ticksPerSecond;
  return {
    name: stat.slice(stat.indexOf("(") + 1, end),
    parent: Number(fields[1]),
    cpuSeconds: seconds(14),
    endedChildrenCPUSeconds: seconds(16),
  };
}

export function residentBytesOf(pid: number): number {
  return readResidentBytes(readFileSync(`/proc/${pid}/status`, "latin1"));
}

export function readResidentBytes(status: string): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error("no VmRSS in status");
  return Number(kilobytes) * 1024;
}

/**
 * Proportional set size: resident memory, of which a page that several processes
 * share counts for each by its part.
 */
export function proportionalBytesOf(pid: number): number {
  const file = `/proc/${pid}/smaps_rollup`;
  return readProportionalBytes(readFileSync(file, "latin1"));
}

export function readProportionalBytes(rollup: string): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(rollup) ?? [];
  if (kilobytes === undefined) throw new Error("no Pss in smaps_rollup");
  return Number(kilobytes) * 1024;
}

/** CPU seconds of this process so far. */
export function ownCPUSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
