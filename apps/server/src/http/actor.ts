import { errors } from "@parley/protocol/errors";

/** The caller of a request. */
export interface Actor {
  userID: string;
  platformID: number;
  /** One of the administrators, on whatever platform. */
  isAdmin: boolean;
}

/**
 * The caller of a change and the id of the request. Notices, webhooks, jobs and logs show
 * it as the origin of the change. Jobs save it as JSON, so it holds no secrets.
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
