import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

import { UsageError } from "./options.ts";
import { faultOfCheckout, ownCheckout } from "./server-process.ts";

/** One side of a comparison. */
export interface Checkout {
  /** In tables. */
  name: string;
  folder: string;
}

/** A name that git knows, or a checkout that is here already. */
export type Revision =
  | { kind: "commit"; name: string; hash: string }
  | { kind: "folder"; name: string; folder: string };

/** Throws UsageError. A path begins with / or . */
export function findRevision(rev: string): Revision {
  if (isAbsolute(rev) || rev.startsWith(".")) {
    const folder = resolve(rev);
    const fault = faultOfCheckout(folder);
    if (fault !== undefined) throw new UsageError(`compare: ${fault}`);
    return { kind: "folder", name: rev, folder };
  }
  // A name that looks like an option is none.
  const args = ["--verify", "--quiet", "--end-of-options", `${rev}^{commit}`];
  const { status, stdout, error } = git("rev-parse", ...args);
  if (error) throw new UsageError(`compare: git cannot run: ${error.message}`);
  if (status !== 0)
    throw new UsageError(
      `compare: this repository has no commit '${rev}'; git log --oneline lists commits`,
    );
  const hash = stdout.trim();
  const short = git("rev-parse", "--short", hash).stdout.trim();
  const name = hash.startsWith(rev) ? short : `${rev} (${short})`;
  return { kind: "commit", name, hash };
}

/**
 * Writes a commit's files to a new folder and installs what its server needs.
 * Nothing of it is known to git, so that nothing stays there either.
 */
export async function checkOut(
  { name, hash }: Extract<Revision, { kind: "commit" }>,
  left: AsyncDisposableStack,
): Promise<Checkout> {
  const place = mkdtempSync(join(tmpdir(), "parley-compare-"));
  left.defer(() => rmSync(place, { recursive: true, force: true }));
  const folder = join(place, "checkout");
  mkdirSync(folder);
  const archive = join(place, "files.tar");
  const written = git("archive", `--output=${archive}`, hash);
  if (written.status !== 0)
    throw new Error(`git archive ${name} failed: ${written.stderr.trim()}`);
  const unpacked = spawnSync("tar", ["-xf", archive, "-C", folder], {
    encoding: "utf8",
  });
  if (unpacked.status !== 0)
    throw new Error(
      `tar cannot unpack ${name}: ${unpacked.error?.message ?? unpacked.stderr.trim()}`,
    );
  await install(folder, name, left);
  const fault = faultOfCheckout(folder);
  if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  return { name, folder };
}

async function install(
  folder: string,
  name: string,
  left: AsyncDisposableStack,
): Promise<void> {
  // As the launcher does it for a server. As one line: npm is a shell script on
  // Windows. The prefix: this may run under an npm that has named its own.
  const child = spawn(
    "npm ci --prefix . --prefer-offline --omit=dev --workspace=apps/server --include-workspace-root --include=optional --no-audit --no-fund --loglevel=error",
    {
      shell: true,
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "" },
      // A group of its own, so that all of npm can be ended.
      detached: process.platform !== "win32",
    },
  );
  const ended = once(child, "close");
  left.defer(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    if (process.platform === "win32") child.kill();
    else process.kill(-child.pid, "SIGKILL");
    await ended;
  });
  let words = "";
  const hear = (chunk: Buffer) => (words += chunk.toString());
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  await ended;
  if (child.exitCode !== 0)
    throw new Error(`npm ci of ${name} failed:\n${words.trim().slice(-2_000)}`);
}

const git = (...args: string[]) =>
  spawnSync("git", args, { cwd: ownCheckout, encoding: "utf8" });
