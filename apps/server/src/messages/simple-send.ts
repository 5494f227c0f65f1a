import { fromBase64 } from "@parley/protocol/base64";
import {
  ContentType,
  MsgFrom,
  SessionType,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import { requireNoNUL } from "@parley/protocol/nul";
import { goStringify, JSONError } from "@parley/protocol/go-json";
import { PlatformID } from "@parley/protocol/platforms";
import { WebhookKey } from "@parley/protocol/rest-types";
import type { SendSingleMsgReq } from "@parley/protocol/rest-types";

import type { Cause } from "../http/actor.ts";
import type { Now } from "../storage/engine.ts";
import type { Sending } from "./send.ts";
import { postFromServer } from "./server-send.ts";
import type { Sent } from "./server-send.ts";

/**
 * Replies to a message that a webhook reported, using the webhook's key: in a
 * group as the user that the request names, else as the receiver of the
 * message.
 */
export type SendSimple = (
  cause: Cause,
  key: string,
  message: SendSingleMsgReq,
) => Promise<Sent>;

export interface SimpleSendDeps {
  sending: Sending;
  findUser(userID: string): Now<UserInfo | null>;
  now: () => number;
}

export const createSimpleSend =
  ({ sending, findUser, now }: SimpleSendDeps): SendSimple =>
  async (cause, key, message) => {
    const { content, offlinePushInfo, ex } = message;
    const to = addressOf(readKey(key), message.sendID);
    const { sendID } = to;
    if (sendID === "") throw errors.args("the sender is missing");
    const sender = await findUser(sendID);
    if (!sender) throw errors.notFound(`no user '${sendID}'`);
    return postFromServer(sending, cause, {
      ...to,
      senderPlatformID: PlatformID.Admin,
      senderNickname: sender.nickname,
      senderFaceURL: sender.faceURL,
      msgFrom: MsgFrom.user,
      contentType: ContentType.MarkdownText,
      // COMPAT: OpenIM writes it with a capital C (docs/wire/rest.md#json-in-answers).
      content: Buffer.from(goStringify({ Content: content })),
      // OpenIM leaves it 0 (docs/wire/deviations.md).
      createTime: now(),
      offlinePushInfo,
      ex,
    });
  };

/** Throws 1001 unless there is a key, in base64; asked before all else. */
export function decodeKey(key: string | null): Uint8Array {
  if (!key) throw errors.args("key is missing");
  try {
    return fromBase64(key);
  } catch (cause) {
    throw errors.args("key is not base64", { cause });
  }
}

function readKey(key: string): WebhookKey {
  try {
    const text = new TextDecoder().decode(decodeKey(key));
    const found = WebhookKey.limited.fromJSON(text, ["sendID"]);
    requireNoNUL(found);
    return found;
  } catch (cause) {
    if (!(cause instanceof JSONError)) throw cause;
    throw errors.args(`key: ${cause.message}`, { cause });
  }
}

const addressOf = (key: WebhookKey, speakerID: string) =>
  key.groupID === ""
    ? {
        sendID: key.recvID,
        recvID: key.sendID,
        groupID: "",
        sessionType: SessionType.single,
      }
    : {
        sendID: speakerID,
        recvID: "",
        groupID: key.groupID,
        sessionType: SessionType.group,
      };
