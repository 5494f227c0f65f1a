import {
  isNotificationType,
  SessionType,
} from "@parley/protocol/content-types";
import { parseJSON } from "@parley/protocol/go-json";
import type { OfflinePushInfo } from "@parley/protocol/generated/sdkws";
import type { MsgDataView } from "@parley/protocol/msg-data";
import { platformName } from "@parley/protocol/platforms";

import { defineAnswer } from "./answer.ts";
import { orNull, textOf } from "./message-body.ts";
import { allows } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

const groupAnswer = defineAnswer<{ userIDList: string[] }>("GroupOnlinePush", {
  userIDList: "string[]",
});

interface OfflineAnswer {
  userIDList: string[];
  offlinePushInfo: OfflinePushInfo | null;
}

const offlineAnswer = defineAnswer<OfflineAnswer>("OfflinePush", {
  userIDList: "string[]",
  offlinePushInfo: "openim.sdkws.OfflinePushInfo",
});

/** Hooks that choose the receivers of a push (docs/webhooks.md). */
export interface PushHooks {
  /** Returns the receivers of the push; null: no push, online or offline. */
  online?:
    | ((
        operationID: string,
        view: MsgDataView,
        userIDs: readonly string[],
      ) => Promise<readonly string[] | null>)
    | undefined;
  /** The same, for those whom nothing reached. */
  offline?:
    | ((
        operationID: string,
        view: MsgDataView,
        offered: OfflineOffer,
      ) => Promise<OfflineOffer | null>)
    | undefined;
}

export interface OfflineOffer {
  userIDs: readonly string[];
  info: OfflinePushInfo | null;
}

export function createPushHooks(
  webhooks: Webhooks,
  refused: (error: unknown) => void,
): PushHooks {
  const single = webhooks.before("beforeOnlinePush");
  const group = webhooks.before("beforeGroupOnlinePush", groupAnswer);
  const offline = webhooks.before("beforeOfflinePush", offlineAnswer);
  return {
    online:
      single || group
        ? async (operationID, view, userIDs) => {
            if (view.sessionType === SessionType.group) {
              if (!group) return userIDs;
              const asked = { ...pushBody(view, operationID), seq: view.seq };
              const answer = await allows(group(operationID, asked), refused);
              if (!answer) return null;
              if (answer.userIDList.length === 0) return userIDs;
              // Nobody else: a stranger could not fetch what it was pushed.
              const named = new Set(answer.userIDList);
              return userIDs.filter((userID) => named.has(userID));
            }
            if (!single) return userIDs;
            const asked = {
              ...pushBody(view, operationID),
              userIDList: userIDs,
            };
            const answer = await allows(single(operationID, asked), refused);
            return answer ? userIDs : null;
          }
        : undefined,
    offline:
      offline &&
      (async (operationID, view, { userIDs, info }) => {
        const asked = {
          ...pushBody(view, operationID),
          userIDList: userIDs,
          ...info,
        };
        const answer = await allows(offline(operationID, asked), refused);
        if (!answer) return null;
        const { userIDList, offlinePushInfo } = answer;
        return {
          userIDs: userIDList.length > 0 ? userIDList : userIDs,
          info: offlinePushInfo ?? info,
        };
      }),
  };
}

/** docs/webhooks.md, PUSH. */
const pushBody = (view: MsgDataView, operationID: string) => ({
  operationID,
  platformID: view.senderPlatformID,
  platform: platformName(view.senderPlatformID) ?? "",
  clientMsgID: view.clientMsgID,
  sendID: view.sendID,
  groupID: view.groupID,
  contentType: view.contentType,
  sessionType: view.sessionType,
  atUserIDList: orNull(view.atUserIDList),
  content: isNotificationType(view.contentType) ? detailOf(view) : textOf(view),
});

/** Returns the detail of a notice; its content is an envelope of it. */
function detailOf(view: MsgDataView): string {
  const text = textOf(view);
  try {
    const value = parseJSON(text);
    const isEnvelope =
      typeof value === "object" && value !== null && "detail" in value;
    return isEnvelope && typeof value.detail === "string" ? value.detail : text;
  } catch {
    return text; // somebody's own idea of a notification
  }
}
