import { errors } from "@parley/protocol/errors";

import { signClaims } from "../tokens/jwt.ts";

const lifeSeconds = 3_600;

/**
 * Lets somebody into a room of LiveKit; the claims are LiveKit's own
 *. Throws 1001 without room or identity, which
 * OpenIM grants. `now` is in seconds.
 */
export function signCallToken(
  { key, secret }: { key: string; secret: string },
  { room, identity }: { room: string; identity: string },
  now: number,
): string {
  if (room === "") throw errors.args("room is empty");
  if (identity === "") throw errors.args("identity is empty");
  return signClaims(secret, {
    iss: key,
    sub: identity,
    nbf: now,
    exp: now + lifeSeconds,
    video: { room, roomJoin: true },
  });
}
