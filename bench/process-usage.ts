import { readFileSync } from "node:fs";

/** Linux counts a process's time in these, whatever the kernel's own. */
const ticksPerSecond = 100;

/** CPU seconds of all threads of a process so far. */
export function cpuSecondsOf(pid: number): number {
  return readCPUSeconds(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

export function readCPUSeconds(stat: string): number {
  // The name, in parentheses, may hold blanks; utime and stime are the 14th
  // and 15th field, the state behind the name the 3rd.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function residentBytesOf(pid: number): number {
  return readResidentBytes(readFileSync(`/proc/${pid}/status`, "latin1"));
}

export function readResidentBytes(status: string): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error("no VmRSS in status");
  return Number(kilobytes) * 1024;
}

/** CPU seconds of this process so far. */
export function ownCPUSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
