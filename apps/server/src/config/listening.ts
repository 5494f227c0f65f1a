import { isLoopback } from "./loopback.ts";
import type { Config } from "./schema.ts";

/** The ports, by the settings of their addresses. */
export type Listener =
  | "apiListen"
  | "wsListen"
  | "accounts.listen"
  | "accounts.adminListen"
  | "agents.listen";

/** Returns the address of each open port. */
export function listenersOf(config: Config): Map<Listener, string> {
  const { listen, accounts, agents } = config;
  return new Map<Listener, string>([
    ["apiListen", config.apiListen || listen],
    ["wsListen", config.wsListen || listen],
    ...(accounts.enable
      ? ([
          ["accounts.listen", accounts.listen || listen],
          ["accounts.adminListen", accounts.adminListen || listen],
        ] as const)
      : []),
    ...(accounts.enable && agents.enable
      ? ([["agents.listen", agents.listen || listen]] as const)
      : []),
  ]);
}

/**
 * The setting by which others than this machine reach a port, and its value;
 * undefined: nobody does.
 */
export function openAddressOf(config: Config): string | undefined {
  if (!isLoopback(config.listen)) return `listen is ${config.listen}`;
  for (const [name, address] of listenersOf(config))
    if (!isLoopback(address)) return `${name} is ${address}`;
  return undefined;
}
