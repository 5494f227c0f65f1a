import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Bun's executable as the npm package `bun` brings it, or undefined. It lies in
 * the platform's package until bun's own install script moves it; npm may refuse
 * to run that script, so both places count.
 * @param {string} root the repository
 * @returns {string | undefined}
 */
export function findBun(root) {
  const file = process.platform === "win32" ? "bun.exe" : "bun";
  const candidates = platformPackages().map((name) =>
    join(root, "node_modules", "@oven", name, "bin", file),
  );
  candidates.push(join(root, "node_modules", "bun", "bin", "bun.exe"));
  return candidates.find(isExecutable);
}

/** Best first. On Linux only the C library that this system has can start. */
function platformPackages() {
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const name = `bun-${process.platform === "win32" ? "windows" : process.platform}-${arch}`;
  if (process.platform !== "linux") return [name];
  return hasMusl() ? [`${name}-musl`, name] : [name];
}

function hasMusl() {
  return (
    existsSync("/lib") &&
    readdirSync("/lib").some((name) => name.startsWith("ld-musl-")) &&
    !existsSync("/lib64/ld-linux-x86-64.so.2") &&
    !existsSync("/lib/ld-linux-aarch64.so.1")
  );
}

/**
 * The package holds a short text in the binary's place until it is installed.
 * @param {string} path
 */
function isExecutable(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isFile() && found.size > 1_000_000;
}
