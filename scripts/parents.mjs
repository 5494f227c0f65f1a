// Plain Node without dependencies: the launcher needs it in a fresh clone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** Between two looks, in ms. */
const interval = 100;
/** Whoever is gone within so many looks only started us, and meant to leave. */
const looksOfAStarter = 2;

/** They wait for what they start, and a signal to them may not come through. */
const runners = /^(npm|npx|pnpm|yarn|npm-cli\.js|npx-cli\.js)$/;
const shells = /^-?(sh|dash|bash|ash|zsh|ksh|busybox)$/;

/**
 * Somebody whose end may be ours. A runner's is; a starter's, if it stayed with
 * us; a shell's, if it had nothing else to do but wait for us.
 * @typedef {{ pid: number, kind: "runner" | "starter" | "shell" }} Ancestor
 */

/**
 * Calls `gone` once those who wait for this process have ended without telling
 * it: npm, a shell, whoever runs it as a part of itself. A process that was put
 * apart (nohup, setsid, a background job, a terminal's own group) outlives its
 * parent, as its starter wants.
 * @param {() => void} gone
 * @param {number} [launcher] the parent that this process must not outlive
 * @returns {Promise<void>} resolves once nobody above can be taken any more for
 * a starter that meant to leave
 */
export async function watchParents(gone, launcher) {
  if (process.platform === "win32") return;
  if (launcher !== undefined && launcher !== process.ppid) {
    if (!isAlive(launcher)) return gone();
    launcher = undefined; // That of a process further up, whose variable we got.
  }
  const ancestors =
    launcher === undefined
      ? findAncestors()
      : [{ pid: launcher, kind: /** @type {const} */ ("runner") }];
  if (ancestors.length === 0) return;
  let looks = 0;
  /** In how many of the last looks each shell only waited. */
  const waited = ancestors.map(() => 0);
  /** Checks whether all parent processes still run. */
  const lookUp = () => {
    looks++;
    let below = process.pid;
    for (const [i, { pid, kind }] of ancestors.entries()) {
      if (!isParent(pid, below)) {
        const stayed = kind === "shell" ? (waited[i] ?? 0) : looks - 1;
        if (kind === "runner" || stayed >= looksOfAStarter) gone();
        return false;
      }
      const isWaiting = kind === "shell" && waitsFor(pid, below);
      if (isWaiting !== undefined)
        waited[i] = isWaiting ? (waited[i] ?? 0) + 1 : 0;
      below = pid;
    }
    return true;
  };
  if (!lookUp()) return;
  await new Promise((known) => {
    const timer = setInterval(() => {
      const goesOn = lookUp();
      if (!goesOn) clearInterval(timer);
      if (!goesOn || looks >= looksOfAStarter) known(undefined);
    }, interval);
    timer.unref();
  });
}

/**
 * From the parent up, as far as they are there for this process alone.
 * @returns {Ancestor[]}
 */
function findAncestors() {
  if (isApart()) return runnersAbove();
  const group = groupOf(process.pid);
  /** @type {Ancestor[]} */
  const found = [];
  for (let pid = process.ppid; pid > 1 && found.length < 8;) {
    const { program, parent } = look(pid);
    const isRunner = runners.test(program);
    const isShell = shells.test(program);
    if (isRunner || (isShell && runners.test(look(parent).program)))
      found.push({ pid, kind: "runner" });
    else if (groupOf(pid) !== group) break;
    else if (isShell) found.push({ pid, kind: "shell" });
    else if (found.length === 0) return [{ pid, kind: "starter" }];
    else break;
    pid = parent;
  }
  return found;
}

/**
 * npm and its shell, whatever they have done to signals and groups.
 * @returns {Ancestor[]}
 */
function runnersAbove() {
  const pid = process.ppid;
  const { program, parent } = look(pid);
  if (runners.test(program)) return [{ pid, kind: "runner" }];
  return shells.test(program) && runners.test(look(parent).program)
    ? [
        { pid, kind: "runner" },
        { pid: parent, kind: "runner" },
      ]
    : [];
}

/**
 * @param {number} pid
 * @param {number} child
 */
function isParent(pid, child) {
  if (child === process.pid) return process.ppid === pid;
  // One that nobody waited for is still there; its children know better.
  return existsSync("/proc/self/stat")
    ? look(child).parent === pid
    : isAlive(pid);
}

/**
 * Returns whether a shell only waits for this child. It may have become another program
 * (exec), which is as unrelated to us as a script that goes on. undefined: the shell is
 * ending and its state cannot be read, or this system does not show it.
 * @param {number} shell
 * @param {number} child
 */
export function waitsFor(shell, child) {
  try {
    const list = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8");
    const { program } = look(shell);
    if (list === "" || program === "") return undefined;
    return Number(list) === child && shells.test(program);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function look(pid) {
  if (existsSync("/proc/self/stat")) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const parent = Number(statOf(pid)[1]);
      return { program: programOf(command.split(/[\0 ]/)), parent };
    } catch {
      return { program: "", parent: 0 }; // Gone.
    }
  }
  const [parent = "", ...words] = ps(pid, "ppid=,command=").split(/\s+/);
  return { program: programOf(words), parent: Number(parent) };
}

/**
 * A script's own name, where it is one of Node's.
 * @param {string[]} words
 */
function programOf([first = "", second = ""]) {
  const name = basename(first);
  return name === "node" ? basename(second) : name;
}

/** @param {number} pid */
function groupOf(pid) {
  return existsSync("/proc/self/stat")
    ? Number(statOf(pid)[2])
    : Number(ps(pid, "pgid="));
}

function isApart() {
  return groupOf(process.pid) === process.pid || isHangupIgnored();
}

/**
 * Returns whether this process was started to outlive its terminal, as with nohup. Works
 * on Linux only; elsewhere returns false.
 */
export function isHangupIgnored() {
  if (!existsSync("/proc/self/status")) return false;
  const status = readFileSync("/proc/self/status", "utf8");
  const mask = BigInt(`0x${/^SigIgn:\s*(\w+)/m.exec(status)?.[1] ?? "0"}`);
  return (mask & 1n) === 1n;
}

/**
 * State, parent, process group … The name before them may hold anything.
 * @param {number} pid
 */
function statOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/**
 * @param {number} pid
 * @param {string} fields
 */
function ps(pid, fields) {
  const { stdout } = spawnSync("ps", ["-o", fields, "-p", String(pid)], {
    encoding: "utf8",
  });
  return (stdout ?? "").trim();
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
