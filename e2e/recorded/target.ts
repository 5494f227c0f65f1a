import type { HookReceiver } from "./hooks.ts";

/** The server that scenarios are replayed against. */
export interface Target {
  /** Addresses without a slash at the end. */
  readonly api: string;
  readonly ws: string;
  readonly chat: string;
  readonly chatAdmin: string;
  readonly secret: string;
  /** The administrator's user id. */
  readonly admin: string;
  readonly chatAdminAccount: string;
  /** For how long nothing may happen before what is awaited is given up. */
  readonly patienceSeconds: number;
  /** Hears its webhooks; without one, scenarios that look at them cannot run. */
  readonly hooks?: HookReceiver | undefined;
}

/**
 * Nodes of one cluster as one target: each address that is read is that of the
 * next node, so that no request follows another to the same one.
 */
export function inTurn(nodes: readonly Target[]): Target {
  const [first] = nodes;
  if (!first) throw new Error("a cluster has nodes");
  let next = 0;
  const take = (): Target => nodes[next++ % nodes.length] ?? first;
  return {
    ...first,
    get api() {
      return take().api;
    },
    get ws() {
      return take().ws;
    },
    get chat() {
      return take().chat;
    },
    get chatAdmin() {
      return take().chatAdmin;
    },
  };
}

/** A server as it is when nobody configured it. */
export const defaultTarget: Target = {
  api: "http://127.0.0.1:10002",
  ws: "ws://127.0.0.1:10001",
  chat: "http://127.0.0.1:10008",
  chatAdmin: "http://127.0.0.1:10009",
  secret: "openIM123",
  admin: "imAdmin",
  chatAdminAccount: "chatAdmin",
  // More than a server waits for its webhooks.
  patienceSeconds: 20,
};
