import { ReqIdentifier } from "@parley/protocol/envelope";
import { platformClass } from "@parley/protocol/platforms";

import type { Session, Sessions } from "../gateway/sessions.ts";
import type { Auth } from "./auth.ts";
import { sessionsKickedBySession } from "./multi-login.ts";
import type { LoginPolicy } from "./multi-login.ts";

/** Tells a client that it is signed out here, and ends its connection. */
function kick(session: Session): void {
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
  sessions: Sessions;
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
  (sessions: Sessions) =>
  (userID: string): void => {
    for (const session of sessions.of(userID)) kick(session);
  };

/**
 * Applies the policy to the user's other sessions when one begins
 * (docs/wire/sign-in.md#a-new-connection).
 */
export function createLoginPolicy({
  sessions,
  auth,
  policy,
}: SignInsDeps & { policy: LoginPolicy }) {
  return async (fresh: Session): Promise<void> => {
    const others = sessions.of(fresh.userID).filter((each) => each !== fresh);
    if (others.length === 0) return;
    const kicked = sessionsKickedBySession(policy, others, fresh);
    const { userID, platformID, token } = fresh;
    const isOnPlatform = others.some((each) => each.platformID === platformID);
    const kickTokens = async (): Promise<void> => {
      switch (policy.policy) {
        case 0:
          return;
        case 1:
          if (isOnPlatform) await auth.kickTokens(userID, platformID, token);
          return;
        case 4:
          await auth.kickTheseTokens(kicked.map((each) => each.token));
          return;
        case 5:
          if (platformClass(platformID) !== "PC")
            await auth.kickTokens(userID, platformID, token);
      }
    };
    // The token is invalid before its session is told.
    await kickTokens().finally(() => {
      for (const session of kicked) kick(session);
    });
  };
}
