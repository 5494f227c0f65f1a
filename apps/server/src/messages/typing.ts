import {
  ContentType,
  MsgFrom,
  SessionType,
} from "@parley/protocol/content-types";
import { PlatformID } from "@parley/protocol/platforms";

import { postFromServer } from "./server-send.ts";
import type { Sending } from "./send.ts";

/**
 * Sends "typing" or "stopped typing" to a user
 * (docs/wire/messages.md#typing-and-business), online only. Clients reset it
 * after 15 seconds.
 */
export type SayTyping = (
  operationID: string,
  sendID: string,
  recvID: string,
  isTyping: boolean,
) => Promise<void>;

export const createTyping =
  (sending: Sending): SayTyping =>
  async (operationID, sendID, recvID, isTyping) => {
    const platformID = PlatformID.Web;
    const cause = {
      actor: { userID: sendID, platformID, isAdmin: false },
      operationID,
    };
    const msgTips = isTyping ? "yes" : "no";
    await postFromServer(sending, cause, {
      sendID,
      recvID,
      senderPlatformID: platformID,
      sessionType: SessionType.single,
      msgFrom: MsgFrom.user,
      contentType: ContentType.Typing,
      content: Buffer.from(JSON.stringify({ msgTips })),
    });
  };
