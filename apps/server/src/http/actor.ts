import { errors } from "@parley/protocol/errors";

/** The caller of a request. */
export interface Actor {
  userID: string;
  platformID: number;
  /** One of the administrators, on whatever platform. */
  isAdmin: boolean;
}

/**
 * Who asked for a change, and by which request: what notices, webhooks, jobs and
 * logs say of its origin. Jobs save it as JSON: nothing secret is in it.
 */
export interface Cause {
  actor: Actor;
  /** Chosen by the client; empty when the server itself asked. */
  operationID: string;
}

/** The caller of a route that needs no token. */
export const nobody: Actor = { userID: "", platformID: 0, isAdmin: false };

/** The header `token` is there. */
export function requireToken(token: string | null): string {
  if (!token) throw errors.args("header token is empty");
  return token;
}
