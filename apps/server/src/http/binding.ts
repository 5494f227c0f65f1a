import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { listSettings } from "../config/settings.ts";

/** Address and port of a server, and the settings that determine them. */
export interface Place {
  hostname: string;
  port: number;
  /**
   * Name of the port's setting, such as `apiPort`; `apiListen` has the address.
   */
  portSetting: string;
  addressSetting: string;
}

/** Opens a port; whatever hinders it, the error names the setting. */
export function bind<T>(place: Place, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(explain(place, reason), { cause });
  }
}

function explain(place: Place, reason: string): string {
  const { hostname, port, portSetting, addressSetting } = place;
  if (/EADDRINUSE|in use/i.test(reason)) {
    const holder = holderOf(port);
    return `port ${port} of ${hostname} is in use${holder ? ` by ${holder}` : ""}: end what holds it, or set ${written(portSetting)} to another port`;
  }
  if (/permission denied|EACCES/i.test(reason))
    return `port ${port} may not be opened: ports below 1024 need a right of their own; set ${written(portSetting)} to another port`;
  return `cannot listen on ${hostname}: ${written(addressSetting)}, or else listen (PARLEY_LISTEN), must be an address of this machine, or 0.0.0.0 for all (${reason})`;
}

function written(setting: string): string {
  const found = listSettings().find(({ path }) => path === setting);
  return found ? `${setting} (${found.variable})` : setting;
}

/**
 * The process that listens on a port; undefined where that cannot be seen: of
 * others' processes, and on systems without /proc.
 */
function holderOf(port: number): string | undefined {
  try {
    const inodes = new Set(
      ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
        listening(readTable(table), port),
      ),
    );
    if (inodes.size === 0) return undefined;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      if (socketsOf(pid).some((inode) => inodes.has(inode))) {
        const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
        return `${name} (process ${pid})`;
      }
  } catch {
    // Not to be seen here; the port is what matters.
  }
  return undefined;
}

function readTable(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // Without IPv6 there is one table.
  }
}

/** State 0A is LISTEN; the port is hexadecimal behind the address's colon. */
function listening(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === "0A" && local?.endsWith(wanted))
    .map((fields) => fields[9] ?? "");
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
        return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
      } catch {
        return []; // Closed meanwhile.
      }
    });
  } catch {
    return []; // Another user's.
  }
}
