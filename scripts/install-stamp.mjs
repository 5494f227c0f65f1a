import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {string} root */
export const stampFile = (root) => join(root, "node_modules", ".parley-lock");

/**
 * Names the set of packages that package-lock.json asks for. Content, not file
 * times: a checkout and an install leave those in any order.
 * @param {string} root
 */
export function installStamp(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).digest("hex");
}

/**
 * Returns whether node_modules matches package-lock.json.
 * @param {string} root
 */
export function isInstalled(root) {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, "utf8") === installStamp(root);
}
