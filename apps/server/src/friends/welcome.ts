import { SessionType } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { MsgDataView } from "@parley/protocol/msg-data";

import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import type { Blacks } from "./blacks.ts";
import type { Friends } from "./friends.ts";

/** Throws 1302 or 1303 when the receiver wants no message of this sender. */
export type RequireWelcome = (
  message: Pick<MsgDataView, "sendID" | "recvID" | "sessionType">,
) => Now<void>;

export interface WelcomeDeps {
  isBlocked: Blacks["isBlocked"];
  hasFriend: Friends["hasFriend"];
  /** Only users in the receiver's list of friends may write to the receiver. */
  friendVerify: boolean;
}

export function createWelcome({
  isBlocked,
  hasFriend,
  friendVerify,
}: WelcomeDeps): RequireWelcome {
  return ({ sendID, recvID, sessionType }) => {
    function requireFriend(isFriend: boolean): void {
      if (!isFriend)
        throw errors.notPeersFriend(
          `'${sendID}' is not a friend of '${recvID}'`,
        );
    }
    return then(isBlocked(recvID, sendID), (isThere) => {
      if (isThere)
        throw errors.blockedByPeer(`'${recvID}' blocked '${sendID}'`);
      // Users are not their own friends, but may send messages to themselves.
      if (
        friendVerify &&
        sessionType === SessionType.single &&
        sendID !== recvID
      )
        return then(hasFriend(recvID, sendID), requireFriend);
    });
  };
}
