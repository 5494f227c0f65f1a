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

import { findBun } from "../scripts/bun-binary.mjs";
import { onCore } from "./cores.ts";
import { watchDatabase } from "./database-usage.ts";
import {
  cpuSecondsOf,
  proportionalBytesOf,
  residentBytesOf,
} from "./process-usage.ts";
import type { Address } from "./socket.ts";

/** The checkout that the bench itself belongs to. */
export const ownCheckout = join(import.meta.dir, "..");
const main = "apps/server/src/main.ts";
const host = "127.0.0.1";

/** A server under test: a process of its own, with a fresh data folder. */
export interface ServerProcess {
  readonly api: string;
  readonly gateway: Address;
  /** Time from the start of the process until it was ready. */
  readonly readyAfterMs: number;
  /** CPU seconds so far, of all its threads. */
  cpuSeconds(): number;
  /** The same of PostgreSQL; NaN: it is not used, or on another machine. */
  databaseCPUSeconds(): number;
  residentBytes(): number;
  proportionalBytes(): number;
  /** Has it drop what it can, so that what stays is in use. */
  collectGarbage(): Promise<void>;
  /** Bytes on disk. */
  dataBytes(): number;
  /** Ends it as an operator would; the data stay. */
  stop(patienceMs?: number): Promise<void>;
  /** Ends it as an accident would. */
  kill(): Promise<void>;
  /** Starts it again on the same data, with further settings. */
  restart(
    environment?: Readonly<Record<string, string>>,
  ): Promise<ServerProcess>;
  /** Returns the log so far. */
  logs(): string;
  /** File of the embedded database. */
  readonly databaseFile: string;
  /** Returns how the process ended, and the end of its log. */
  lastWords(): string;
  /** Ends it at once if need be, and removes its data. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ServerOptions {
  core: number | null;
  /** The repository's folder at some commit, installed; otherwise the bench's own. */
  checkout?: string;
  /** PostgreSQL; empty: the embedded database. */
  database: string;
  /** Folder for a CPU profile. */
  profile: string | undefined;
  /** A script to run instead of Parley. */
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
  // Also if the bench is interrupted. Its servers are killed before, because
  // those listeners are called first; they may still be writing for a moment.
  const remove = () =>
    rmSync(folder, {
      recursive: true,
      force: true,
      maxRetries: 20,
      retryDelay: 50,
    });
  process.once("exit", remove);
  const end = () => {
    process.off("exit", remove);
    remove();
  };
  try {
    return await startIn(folder, options, end);
  } catch (error) {
    end();
    throw error;
  }
}

/** Returns why no server can be started from the folder; undefined if one can. */
export function faultOfCheckout(folder: string): string | undefined {
  if (!existsSync(join(folder, main)))
    return `there is no ${main} in ${folder}`;
  if (findBun(folder) === undefined)
    return `nothing is installed in ${folder}: run npm ci there`;
  return undefined;
}

async function startIn(
  folder: string,
  options: ServerOptions,
  removeFolder: () => void,
): Promise<ServerProcess> {
  const [apiPort, wsPort] = [freePort(), freePort()];
  const data = options.folder ?? join(folder, "data");
  const logFile = join(folder, "server.log");
  const { profile, script = main, preload = [] } = options;
  const { checkout = ownCheckout } = options;
  const command = [
    // Each commit pins a version of Bun.
    findBun(checkout) ?? process.execPath,
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
    cwd: checkout,
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
  const kill = () => child.kill("SIGKILL");
  process.prependOnceListener("exit", kill);

  async function waitUntilReady(): Promise<void> {
    while (child.exitCode === null) {
      const answer = await fetch(`${api}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await Bun.sleep(2);
    }
    kill();
    process.off("exit", kill);
    throw new Error(`the server did not get ready:\n${readLogs()}`);
  }

  let next: ServerProcess | undefined;
  let words = "";
  async function stop(patienceMs = 20_000): Promise<void> {
    if (words !== "") return;
    child.kill("SIGTERM");
    const killer = setTimeout(kill, patienceMs);
    await ended();
    clearTimeout(killer);
  }

  async function ended(): Promise<void> {
    await child.exited;
    process.off("exit", kill);
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
    proportionalBytes: () => proportionalBytesOf(pid),
    async collectGarbage() {
      child.kill("SIGUSR2");
      await Bun.sleep(1_500);
    },
    dataBytes: () => bytesIn(data),
    stop,
    async kill() {
      kill();
      await ended();
    },
    async restart(environment) {
      await stop();
      next = await startIn(
        folder,
        {
          ...options,
          environment: { ...options.environment, ...environment },
        },
        removeFolder,
      );
      return next;
    },
    logs: () => readFileSync(logFile, "utf8"),
    databaseFile: join(data, "parley.db"),
    lastWords: () => next?.lastWords() ?? words,
    async [Symbol.asyncDispose]() {
      await stop();
      removeFolder();
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
