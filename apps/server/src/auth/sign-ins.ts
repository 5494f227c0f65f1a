import { ReqIdentifier } from "@parley/protocol/envelope";

import type { AllSessions, Connected, Session } from "../gateway/sessions.ts";
import type { Auth } from "./auth.ts";
import { endsToken, sessionsKickedBySession } from "./multi-login.ts";
import type { LoginPolicy } from "./multi-login.ts";

/** Tells a client that it is signed out, and ends its connection, wherever that is. */
export function kick(connected: Connected): void {
  if (connected.kick) return connected.kick();
  const session = connected as Session;
  session.send(
    session.wire.encode({
      reqIdentifier: ReqIdentifier.kickOnlineMsg,
      msgIncr: "",
      operationID: "",
      errCode: 0,
      errMsg: "",
      data: new Uint8Array(),
    }),
  );
  session.close("kicked");
}

export interface SignInsDeps {
  sessions: Pick<AllSessions, "of">;
  auth: Auth;
}

/** Ends the user's sign-ins on a platform (docs/wire/sign-in.md#forced). */
export function createForceLogout({ sessions, auth }: SignInsDeps) {
  return async (userID: string, platformID: number): Promise<void> => {
    await auth.kickTokens(userID, platformID);
    for (const session of sessions.of(userID))
      if (session.platformID === platformID) kick(session);
  };
}

/** Ends every connection of the user, whose tokens count no more. */
export const createEndSessions =
  (sessions: Pick<AllSessions, "of">) =>
  (userID: string): void => {
    for (const session of sessions.of(userID)) kick(session);
  };

/**
 * Applies the policy to the user's other sessions when one begins
 * (docs/wire/sign-in.md#a-new-connection). Who connects last stays, unless somebody
 * signed in after it: two sign-ins that overlap may connect in any order.
 */
export function createLoginPolicy({
  sessions,
  auth,
  policy,
}: SignInsDeps & { policy: LoginPolicy }) {
  return async (fresh: Connected): Promise<void> => {
    const others = sessions
      .of(fresh.userID)
      .filter(({ id }) => id !== fresh.id);
    if (others.length === 0) return;
    const kicked = sessionsKickedBySession(policy, others, fresh);
    let ended: readonly Connected[] = kicked;
    // The token is invalid before its session is told.
    try {
      const isNewest = await auth.takeOver(
        fresh,
        kicked.map(({ token }) => token),
        endsToken(policy, others, fresh),
      );
      if (!isNewest) ended = [fresh];
    } finally {
      for (const session of ended) kick(session);
    }
  };
}
