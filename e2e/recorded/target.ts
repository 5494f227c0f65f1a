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
