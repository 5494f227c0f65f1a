import { spawnSync } from "node:child_process";
import * as os from "node:os";

/** Facts without which a figure means nothing. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGB: number;
  kernel: string;
  bun: string;
  commit: string;
  date: string;
  /** Others' work just before, in cores: 0 makes the best figures. */
  load: number;
}

/** `checkout`: of the server that is measured. */
export function describeMachine(checkout: string): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.cpus().length,
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    bun: Bun.version,
    commit: describeCommit(checkout),
    date: new Date().toISOString(),
    load: Math.round(10 * os.loadavg()[0]!) / 10,
  };
}

export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryGB, kernel, bun, commit, date, load } = machine;
  return `${cpu}, ${cores} cores, ${memoryGB} GB, ${kernel}, Bun ${bun}, commit ${commit}, ${date}, load ${load}`;
}

/** Returns the commit, with a plus if the working tree has changes. */
function describeCommit(checkout: string): string {
  const git = (...args: string[]) =>
    spawnSync("git", args, { cwd: checkout, encoding: "utf8" });
  const { status, stdout } = git("rev-parse", "--short", "HEAD");
  if (status !== 0) return "unknown";
  const changes = git("status", "--porcelain", "--", "apps", "packages");
  return stdout.trim() + (changes.stdout.trim() === "" ? "" : "+");
}
