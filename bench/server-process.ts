import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onCore } from "./cores.ts";
import { watchDatabase } from "./database-usage.ts";
import { cpuSecondsOf, residentBytesOf } from "./process-usage.ts";
import type { Address } from "./socket.ts";

const root = join(import.meta.dir, "..");
const host = "127.0.0.1";

/** A server under test: a process of its own, with a fresh data folder. */
export interface ServerProcess {
  readonly api: string;
  readonly gateway: Address;
  /** From its start until it said that it was ready. */
  readonly readyAfterMs: number;
  /** CPU seconds so far, of all its threads. */
  cpuSeconds(): number;
  /** The same of PostgreSQL; NaN: it is not used, or on another machine. */
  databaseCPUSeconds(): number;
  residentBytes(): number;
  /** Has it drop what it can, so that what stays is in use. */
  collectGarbage(): Promise<void>;
  /** Bytes on disk. */
  dataBytes(): number;
  /** Ends it as an operator would; the data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same data, with further settings. */
  restart(
    environment?: Readonly<Record<string, string>>,
  ): Promise<ServerProcess>;
  /** Returns the log so far. */
  logs(): string;
  /** File of the embedded database. */
  readonly databaseFile: string;
  /** Once it ended: how, and the end of what it logged. */
  lastWords(): string;
  /** Ends it at once if need be, and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServerOptions {
  core: number | null;
  /** PostgreSQL; empty: the embedded database. */
  database: string;
  /** Folder for a CPU profile. */
  profile: string | undefined;
  /** Instead of Parley. */
  script?: string;
  /** Its data are here already, and stay; otherwise it begins with none. */
  folder?: string;
  /** Loaded before its own code. */
  preload?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

export async function startServer(
  options: ServerOptions,
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), "parley-bench-"));
  try {
    return await startIn(folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  folder: string,
  options: ServerOptions,
): Promise<ServerProcess> {
  const [apiPort, wsPort] = [freePort(), freePort()];
  const data = options.folder ?? join(folder, "data");
  const logFile = join(folder, "server.log");
  const { profile, script = "apps/server/src/main.ts", preload = [] } = options;
  const command = [
    process.execPath,
    ...[join(import.meta.dir, "collect-garbage.ts"), ...preload].map(
      (file) => `--preload=${file}`,
    ),
    ...(profile === undefined
      ? []
      : ["--cpu-prof", "--cpu-prof-md", `--cpu-prof-dir=${profile}`]),
    script,
  ];
  const started = performance.now();
  const child = Bun.spawn(onCore(options.core, command), {
    cwd: root,
    env: {
      ...process.env,
      PARLEY_DATA: data,
      PARLEY_LISTEN: host,
      PARLEY_API_PORT: String(apiPort),
      PARLEY_WS_PORT: String(wsPort),
      PARLEY_ACCOUNTS_PORT: "0",
      PARLEY_ACCOUNTS_ADMIN_PORT: "0",
      PARLEY_AGENTS_PORT: "0",
      PARLEY_DATABASE_URL: options.database,
      PARLEY_LOG_LEVEL: "warn",
      ...options.environment,
    },
    stdin: "ignore",
    stdout: Bun.file(logFile),
    stderr: Bun.file(`${logFile}.err`),
  });
  const api = `http://${host}:${apiPort}`;
  const { pid } = child;

  async function waitUntilReady(): Promise<void> {
    while (child.exitCode === null) {
      const answer = await fetch(`${api}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await Bun.sleep(2);
    }
    child.kill("SIGKILL");
    throw new Error(`the server did not get ready:\n${readLogs()}`);
  }

  let next: ServerProcess | undefined;
  let words = "";
  async function stop(): Promise<void> {
    if (words !== "") return;
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await child.exited;
    clearTimeout(killer);
    words = `the server ended with ${child.exitCode ?? child.signalCode}\n${readLogs()}`;
  }

  const readLogs = () =>
    [logFile, `${logFile}.err`]
      .map((file) => readFileSync(file, "utf8").slice(-2_000).trim())
      .join("\n");

  const databaseCPUSeconds = await watchDatabase(options.database);
  await waitUntilReady();
  const readyAfterMs = performance.now() - started;
  return {
    api,
    gateway: { hostname: host, port: wsPort },
    readyAfterMs,
    cpuSeconds: () => cpuSecondsOf(pid),
    databaseCPUSeconds,
    residentBytes: () => residentBytesOf(pid),
    async collectGarbage() {
      child.kill("SIGUSR2");
      await Bun.sleep(1_500);
    },
    dataBytes: () => bytesIn(data),
    stop,
    async restart(environment) {
      await stop();
      next = await startIn(folder, {
        ...options,
        environment: { ...options.environment, ...environment },
      });
      return next;
    },
    logs: () => readFileSync(logFile, "utf8"),
    databaseFile: join(data, "parley.db"),
    lastWords: () => next?.lastWords() ?? words,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): number {
  const listener = Bun.listen({
    hostname: host,
    port: 0,
    socket: { data() {} },
  });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** 0 where nothing is stored. */
function bytesIn(folder: string): number {
  let bytes = 0;
  if (!existsSync(folder)) return bytes;
  for (const each of readdirSync(folder, {
    recursive: true,
    withFileTypes: true,
  }))
    if (each.isFile()) bytes += statSync(join(each.parentPath, each.name)).size;
  return bytes;
}
