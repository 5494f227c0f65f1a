import { readFileSync } from "node:fs";

/** The database, its log, the ports, objects on their way. */
const ownFiles = 200;

/**
 * Returns a warning if the limit of open files is below one per allowed
 * connection, or undefined. `limits` is the content of /proc/self/limits, if
 * there is one.
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
