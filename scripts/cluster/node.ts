import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";

/** The state of a node as seen from outside. */
export type NodeState =
  "starting" | "ready" | { notReady: string } | "paused" | { ended: string };

export interface NodeOptions {
  number: number;
  /** The folder of its files and its log. */
  folder: string;
  environment: Record<string, string>;
  /** The address of its REST API. */
  api: string;
  /** Called with each new state. */
  changed(state: NodeState): void;
}

/** A process of the server, started as an operator starts it. */
export interface Node {
  readonly number: number;
  state(): NodeState;
  pid(): number | undefined;
  /** Resolves when it is ready; if it exits before, throws an error with its last output. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, and SIGKILL after a timeout. */
  stop(): Promise<void>;
}

const main = path.join(import.meta.dirname, "../../apps/server/src/main.ts");
const lookMs = 500;
const stopMs = 30_000;

export function createNode({
  number,
  folder,
  environment,
  api,
  changed,
}: NodeOptions): Node {
  let child: ChildProcess | undefined;
  let state: NodeState = { ended: "not started" };
  let looking: ReturnType<typeof setInterval> | undefined;

  function become(next: NodeState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    changed(state);
  }

  async function look(): Promise<void> {
    if (state === "paused" || state === "starting") return;
    const own = child;
    const found = await fetch(`${api}/readyz`, {
      signal: AbortSignal.timeout(2_000),
    }).then(
      async (response): Promise<NodeState> =>
        response.ok ? "ready" : { notReady: (await response.text()).trim() },
      (): NodeState => ({ notReady: "it does not answer" }),
    );
    if (own === child && isRunning() && !isPaused()) become(found);
  }

  const isPaused = (): boolean => state === "paused";
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;

  async function start(): Promise<void> {
    if (isRunning()) throw new Error(`node ${number} is running`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = createWriteStream(path.join(folder, "log"), {
      flags: "a",
      mode: 0o600,
    });
    let last = "";
    become("starting");
    // A process group of its own, so that Ctrl-C reaches only this script, which stops the
    // nodes one after another.
    const own = spawn(process.execPath, [main], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    child = own;
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    for (const stream of [own.stdout, own.stderr])
      stream.on("data", (chunk: Buffer) => {
        log.write(chunk);
        last = `${last}${chunk.toString()}`.slice(-4_000);
        if (state === "starting" && last.includes("is ready.")) resolve();
      });
    own.once("error", reject);
    own.once("exit", (code, signal) => {
      clearInterval(looking);
      log.end();
      become({ ended: signal ?? `exit code ${code}` });
      reject(
        new Error(
          `node ${number} ended: ${last.trim().split("\n").at(-1) ?? ""}`,
        ),
      );
    });
    await ready;
    become("ready");
    looking = setInterval(() => void look(), lookMs);
  }

  return {
    number,
    state: () => state,
    pid: () => (isRunning() ? child?.pid : undefined),
    start,
    signal(signal) {
      if (!isRunning()) return;
      child?.kill(signal);
      if (signal === "SIGSTOP") become("paused");
      if (signal === "SIGCONT" && isPaused())
        become({ notReady: "it goes on" });
    },
    async stop() {
      if (!child || !isRunning()) return;
      const ended = once(child, "exit");
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const own = child;
      const timer = setTimeout(() => own.kill("SIGKILL"), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
