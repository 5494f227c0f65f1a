import { errors } from "@parley/protocol/errors";

/** Who asks. */
export interface Actor {
  userID: string;
  platformID: number;
  /** One of the administrators, on whatever platform. */
  isAdmin: boolean;
}

/** Who needs no token has no name. */
export const nobody: Actor = { userID: "", platformID: 0, isAdmin: false };

/** The header `token` is there. */
export function requireToken(token: string | null): string {
  if (!token) throw errors.args("header token is empty");
  return token;
}
