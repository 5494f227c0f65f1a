import { readdirSync, readFileSync } from "node:fs";

/**
 * Tells whether a process and its children still work. A limit in seconds fails
 * everything that a busy machine makes slow; a process that hangs does nothing.
 */
export interface Activity {
  /** Time without activity in ms, as far as observed. Call it often. */
  idleMs(): number;
  /** Seconds of processors used as long as one looked. */
  cpuSeconds(): number;
}

/**
 * Timers and the like may take so much of one processor, most of it waiting for
 * their turn where many want one.
 */
const idleShare = 0.3;
/** Weight of a second on systems that do not report activity. */
const blindly = 1 / 20;

/** Begins to look at a process, its children, theirs, and so on. */
export function watchActivity(pid: number): Activity {
  let before = readTree(pid);
  let lookedAt = performance.now();
  let idleMs = 0;
  let cpuNs = 0;

  function look(): void {
    const now = performance.now();
    const passedMs = now - lookedAt;
    // Too little to say how much of it was used.
    if (passedMs < 100) return;
    lookedAt = now;
    const tree = readTree(pid);
    if (!tree || !before) {
      idleMs += passedMs * blindly;
      return;
    }
    let demandNs = 0;
    let isBusy = false;
    for (const [id, task] of tree) {
      const last = before.get(id);
      cpuNs += Math.max(0, task.ranNs - (last?.ranNs ?? 0));
      demandNs += Math.max(0, demandOf(task) - (last ? demandOf(last) : 0));
      // The thread that looks is always busy.
      isBusy ||= task.isBusy && id !== String(process.pid);
    }
    before = tree;
    if (demandNs >= passedMs * 1e6 * idleShare) idleMs = 0;
    // A process that waits for a processor is not idle.
    else if (!isBusy) idleMs += passedMs;
  }

  return {
    idleMs() {
      look();
      return idleMs;
    },
    cpuSeconds() {
      look();
      return cpuNs / 1e9;
    },
  };
}

interface Task {
  ranNs: number;
  /** Time in which it could have run and no processor was free. */
  waitedNs: number;
  /** Runs, waits for a processor or for a disk. */
  isBusy: boolean;
}

const demandOf = ({ ranNs, waitedNs }: Task): number => ranNs + waitedNs;

/** Lines of process id, parent and command; none where the system does not tell. */
export function commandsBelow(root: number): string[] {
  return (processesBelow(root) ?? []).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return [
        `${pid} (of ${parentOf(pid)}) ${command.replaceAll("\0", " ").trim()}`,
      ];
    } catch {
      return []; // It ended.
    }
  });
}

/** The threads below a process; undefined: the system does not tell. */
function readTree(root: number): Map<string, Task> | undefined {
  const processes = processesBelow(root);
  return processes && new Map(processes.flatMap(tasksOf));
}

/** A process, its children, theirs, and so on; undefined: the system does not tell. */
function processesBelow(root: number): string[] | undefined {
  const parents = new Map<string, string>();
  try {
    for (const pid of readdirSync("/proc"))
      if (/^\d+$/.test(pid)) {
        const parent = parentOf(pid);
        if (parent !== undefined) parents.set(pid, parent);
      }
  } catch {
    return undefined;
  }
  return [...parents.keys()].filter((pid) =>
    isBelow(pid, String(root), parents),
  );
}

function isBelow(
  pid: string,
  root: string,
  parents: ReadonlyMap<string, string>,
): boolean {
  for (let at: string | undefined = pid; at; at = parents.get(at))
    if (at === root) return true;
  return false;
}

function tasksOf(pid: string): [string, Task][] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((id) => {
      const task = taskAt(`/proc/${pid}/task/${id}`);
      return task ? [[id, task]] : [];
    });
  } catch {
    return []; // It ended.
  }
}

function taskAt(folder: string): Task | undefined {
  try {
    const [ran, waited] = readFileSync(`${folder}/schedstat`, "utf8").split(
      " ",
    );
    const { state } = statOf(folder);
    return {
      ranNs: Number(ran),
      waitedNs: Number(waited),
      isBusy: state === "R" || state === "D",
    };
  } catch {
    return undefined; // It ended.
  }
}

function parentOf(pid: string): string | undefined {
  try {
    return statOf(`/proc/${pid}`).parent;
  } catch {
    return undefined; // It ended.
  }
}

function statOf(folder: string): { state: string; parent: string } {
  const stat = readFileSync(`${folder}/stat`, "utf8");
  // The name before may hold anything, brackets and spaces too.
  const [state = "", parent = ""] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ");
  return { state, parent };
}
