import type {
  GetUsersOnlineStatusResp_SuccessResult,
  SingleDetail,
} from "@parley/protocol/generated/msggateway";
import type { OnlineStatus } from "@parley/protocol/generated/user";

import type { AllSessions, Connected } from "../gateway/sessions.ts";

const OnlineState = { offline: 0, online: 1 } as const;

/** Nobody checks that there are such users: unknown ones are offline. */
export function statusOf(
  sessions: Pick<AllSessions, "platformsOf">,
  userID: string,
): OnlineStatus {
  const platformIDs = sessions.platformsOf(userID);
  const status =
    platformIDs.length > 0 ? OnlineState.online : OnlineState.offline;
  return { userID, status, platformIDs };
}

/** Every connection by itself. */
export function connectionsOf(
  sessions: Pick<AllSessions, "of" | "platformsOf">,
  userID: string,
): GetUsersOnlineStatusResp_SuccessResult {
  const detailPlatformStatus = sessions
    .of(userID)
    .map(({ platformID, id, isBackground, token }) => ({
      platformID,
      connID: id,
      isBackground,
      token,
    }));
  // Those who are between two nodes are online without a connection.
  const { status } = statusOf(sessions, userID);
  return { userID, status, detailPlatformStatus };
}

/** The tokens in use by platform; undefined for one who is offline. */
export function tokensOf(
  sessions: Pick<AllSessions, "of">,
  userID: string,
): SingleDetail | undefined {
  const live = sessions.of(userID);
  if (live.length === 0) return undefined;
  const byPlatform = Map.groupBy<number, Connected>(
    live,
    ({ platformID }) => platformID,
  );
  return {
    userID,
    status: OnlineState.online,
    singlePlatformToken: [...byPlatform].map(([platformID, those]) => ({
      platformID,
      total: those.length,
      token: those.map(({ token }) => token),
    })),
  };
}
