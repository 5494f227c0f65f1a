import { readFileSync } from "node:fs";

/** The database, its log, the ports, objects on their way. */
const ownFiles = 200;

/**
 * What to say of the limit of open files where it is below what the settings
 * allow, a file for each connection; undefined if there is nothing to say.
 * `limits` is what /proc/self/limits holds, where there is such a file.
 */
export function problemOfOpenFiles(
  connections: number,
  limits = readLimits(),
): string | undefined {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  if (soft === undefined || Number(soft) >= connections + ownFiles)
    return undefined;
  return `this process may open ${soft} files, so it cannot take the ${connections} connections of limits.connections: raise it (ulimit -n, LimitNOFILE= of systemd, ulimits of Docker) or lower limits.connections`;
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
