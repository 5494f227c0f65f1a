import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { whenNothingHappens } from "./patience.ts";

export interface ServerOptions {
  /** Further environment variables (PARLEY_…). */
  environment?: Record<string, string>;
  /** Kept when the server ends; a new temporary folder by default. */
  dataFolder?: string;
  /** The program; this version's by default. */
  main?: string;
  /** A module that is loaded before the program. */
  preload?: string;
  /** Command such as `accounts`; default: the server. */
  command?: string;
}

/** A server of its own process, as an operator would run it. */
export interface RunningServer extends AsyncDisposable {
  /** http://127.0.0.1:port of the REST API. */
  readonly api: string;
  /** ws://127.0.0.1:port of the gateway. */
  readonly ws: string;
  /** http://127.0.0.1:port of the accounts, and of their administration. */
  readonly chat: string;
  readonly chatAdmin: string;
  /** Address of the bots' port. */
  readonly agents: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** Output so far. */
  logs(): string;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: no chance to finish anything. */
  kill(): Promise<void>;
  /** Starts again on the same ports and data. */
  start(): Promise<void>;
}

const ownMain = path.join(import.meta.dirname, "../apps/server/src/main.ts");

/** Nodes of each server that a test starts; 0: one process without a cluster. */
export const testNodes = (): number =>
  Number(process.env["PARLEY_TEST_NODES"] ?? 0);

/**
 * Starts a server on free ports and waits until it is ready. With PARLEY_TEST_NODES it is
 * a cluster of so many nodes, unless it is about the process itself.
 */
export async function startServer(
  options: ServerOptions = {},
): Promise<RunningServer> {
  const nodes = testNodes();
  const { dataFolder, main, preload, command } = options;
  if (nodes === 0 || dataFolder || main || preload || command)
    return startProcess(options);
  const { startAsOne } = await import("./cluster/as-one.ts");
  return startAsOne(nodes, options);
}

/** Starts one process on free ports and waits until it is ready. */
export async function startProcess({
  environment = {},
  dataFolder = mkdtempSync(path.join(tmpdir(), "parley-e2e-")),
  main = ownMain,
  preload,
  command,
}: ServerOptions = {}): Promise<RunningServer> {
  const [apiPort, wsPort, chatPort, adminPort, agentsPort] = await freePorts(5);
  const api = `http://127.0.0.1:${apiPort}`;
  let output = "";
  let child: ChildProcess;
  let exited: Promise<number | null>;

  async function start(): Promise<void> {
    const before = preload === undefined ? [] : ["--preload", preload];
    const after = command === undefined ? [] : [command];
    child = spawn(process.execPath, [...before, main, ...after], {
      env: {
        ...withoutOurs(process.env),
        PARLEY_DATA: dataFolder,
        PARLEY_LISTEN: "127.0.0.1",
        PARLEY_API_PORT: String(apiPort),
        PARLEY_WS_PORT: String(wsPort),
        PARLEY_ACCOUNTS_PORT: String(chatPort),
        PARLEY_ACCOUNTS_ADMIN_PORT: String(adminPort),
        PARLEY_AGENTS_PORT: String(agentsPort),
        // A slow machine is to make tests slow, and not red.
        PARLEY_LOAD_SHEDDING_ENABLE: "false",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const began = output.length;
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes("is ready.", began)) resolve();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    exited = new Promise((resolve) => child.once("exit", resolve));
    const fail = (): void =>
      reject(new Error(`the server did not get ready:\n${output}`));
    void exited.then(fail);
    // However slow the machine: it ends, or it gets ready.
    const end = whenNothingHappens(fail);
    await ready.finally(end);
  }

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null)
      child.kill(signal);
    return exited;
  }

  await start();
  return {
    api,
    ws: `ws://127.0.0.1:${wsPort}`,
    chat: `http://127.0.0.1:${chatPort}`,
    chatAdmin: `http://127.0.0.1:${adminPort}`,
    agents: `http://127.0.0.1:${agentsPort}`,
    dataFolder,
    get process() {
      return child;
    },
    logs: () => output,
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
    start,
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Settings of whoever runs the tests must not change the server's. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("PARLEY_")),
  );
}

/**
 * Free now, and below the ports that systems give to connections going out (Linux
 * from 32,768 on), any of which may be gone before the server listens there.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
