import { OptionKey, SessionType } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { OfflinePushInfo } from "@parley/protocol/generated/sdkws";
import type { JSONValue } from "@parley/protocol/go-json";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Saved } from "../message-log/outbox.ts";
import type { Draft, MessageHooks, Modified } from "../messages/hooks.ts";
import type { ReadingHooks, RevokeHooks } from "../messages/hooks.ts";
import { defineAnswer } from "./answer.ts";
import {
  addressOf,
  isWanted,
  messageBody,
  replyQuery,
} from "./message-body.ts";
import { badAnswer } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

/** Changes of a message by an answer; null: no change. */
interface Changes {
  content: string | null;
  recvID: string | null;
  groupID: string | null;
  clientMsgID: string | null;
  serverMsgID: string | null;
  senderPlatformID: number | null;
  senderNickname: string | null;
  senderFaceURL: string | null;
  sessionType: number | null;
  msgFrom: number | null;
  contentType: number | null;
  status: number | null;
  options: Record<string, boolean>;
  atUserIDList: string[];
  offlinePushInfo: OfflinePushInfo | null;
  attachedInfo: string | null;
  ex: string | null;
}

const modifyAnswer = defineAnswer<Changes>("MsgModify", {
  content: "string?",
  recvID: "string?",
  groupID: "string?",
  clientMsgID: "string?",
  serverMsgID: "string?",
  senderPlatformID: "int32?",
  senderNickname: "string?",
  senderFaceURL: "string?",
  sessionType: "int32?",
  msgFrom: "int32?",
  contentType: "int32?",
  status: "int32?",
  options: "bool{}",
  atUserIDList: "string[]",
  offlinePushInfo: "openim.sdkws.OfflinePushInfo",
  attachedInfo: "string?",
  ex: "string?",
});

/** The hooks of a message's way (docs/webhooks.md). */
export function createMessageHooks(
  webhooks: Webhooks,
  now: () => number,
): MessageHooks & ReadingHooks & RevokeHooks {
  const body = ({ view, ...draft }: Draft) =>
    messageBody(view, { ...draft, sendTime: view.sendTime || now() });

  function before(
    name: "beforeSendSingleMsg" | "beforeSendGroupMsg",
    address: "recvID" | "groupID",
  ): MessageHooks["beforeSingle"] {
    const ask = webhooks.before(name);
    if (!ask) return undefined;
    const filter = webhooks.filterOf(name);
    return async (draft) => {
      if (!isWanted(filter, draft.view)) return;
      const to = { [address]: draft.view[address] };
      await ask(draft.operationID, { ...body(draft), ...to });
    };
  }

  function modify(): MessageHooks["modify"] {
    const ask = webhooks.before("beforeMsgModify", modifyAnswer);
    if (!ask) return undefined;
    const filter = webhooks.filterOf("beforeMsgModify");
    return async (draft) => {
      const { view, operationID } = draft;
      if (view.sessionType === SessionType.notification) return undefined;
      if (!isWanted(filter, view)) return undefined;
      const answer = await ask(operationID, body(draft));
      return modified(draft, answer);
    };
  }

  function sent(): MessageHooks["sent"] {
    const single = webhooks.after("afterSendSingleMsg");
    const group = webhooks.after("afterSendGroupMsg");
    if (!single && !group) return undefined;
    const ofSingle = webhooks.filterOf("afterSendSingleMsg");
    const ofGroup = webhooks.filterOf("afterSendGroupMsg");
    return (tx, draft, { conversationID, sendTime }) => {
      const { view, operationID } = draft;
      const isGroup = view.sessionType === SessionType.group;
      if (!isGroup && view.sessionType !== SessionType.single) return;
      const tell = isGroup ? group : single;
      if (!tell || !isWanted(isGroup ? ofGroup : ofSingle, view)) return;
      const to = isGroup ? { groupID: view.groupID } : { recvID: view.recvID };
      const told = { ...messageBody(view, { ...draft, sendTime }), ...to };
      tell(tx, operationID, told, {
        lane: conversationID,
        userID: view.sendID,
        query: replyQuery(view),
      });
    };
  }

  const messagesRead = webhooks.after("afterSingleMsgRead");
  const groupRead = webhooks.after("afterGroupMsgRead");
  const revoked = webhooks.after("afterRevokeMsg");
  return {
    beforeSingle: before("beforeSendSingleMsg", "recvID"),
    beforeGroup: before("beforeSendGroupMsg", "groupID"),
    modify: modify(),
    sent: sent(),
    messagesRead:
      messagesRead &&
      ((tx, operationID, { conversationID, userID, seqs, conversationType }) =>
        messagesRead(
          tx,
          operationID,
          {
            conversationID,
            userID,
            Seqs: seqs.length === 0 ? null : seqs,
            contentType: conversationType,
          },
          { lane: conversationID, userID },
        )),
    groupRead:
      groupRead &&
      ((
        tx,
        operationID,
        { conversationID, userID, hasReadSeq, conversationType },
      ) =>
        groupRead(
          tx,
          operationID,
          {
            sendID: userID,
            receiveID: userID,
            unreadMsgNum: hasReadSeq,
            contentType: conversationType,
          },
          { lane: conversationID, userID },
        )),
    revoked:
      revoked &&
      ((tx, operationID, told) =>
        revoked(tx, operationID, told, { lane: told.conversationID })),
  };
}

/** Hook of stored messages, from any sender; undefined: off. */
export function createSavedHook(webhooks: Webhooks): Saved | undefined {
  const tell = webhooks.after("afterMsgSaveDB");
  if (!tell) return undefined;
  const filter = webhooks.filterOf("afterMsgSaveDB");
  return (tx, { conversationID, operationID }, data) => {
    const view = readMsgData(data);
    if (view.option(OptionKey.persistent) === false) return;
    if (!isWanted(filter, view)) return;
    const body = messageBody(view, { operationID, seq: view.seq });
    tell(
      tx,
      operationID,
      { ...body, ...addressOf(view) },
      {
        lane: conversationID,
        userID: view.sendID,
        query: replyQuery(view),
      },
    );
  };
}

/** undefined: the answer names nothing to change. */
function modified(
  { view, serverMsgID }: Draft,
  answer: Changes,
): Modified | undefined {
  const { content, options, atUserIDList } = answer;
  const fields: Record<string, JSONValue> = {};
  const changes: Partial<MsgData> = {};
  const change = (
    name: keyof Changes & keyof MsgData,
    value: unknown,
  ): void => {
    fields[name] = value as JSONValue;
    Object.assign(changes, { [name]: value });
  };
  for (const name of scalars)
    if (answer[name] !== null) change(name, answer[name]);
  if (Object.keys(options).length > 0) change("options", options);
  if (atUserIDList.length > 0) change("atUserIDList", atUserIDList);
  if (content !== null) {
    requireObject(content);
    fields["content"] = content;
    changes.content = Buffer.from(content);
  }
  if (Object.keys(fields).length === 0) return undefined;
  const message = { ...MsgData.decode(view.bytes), serverMsgID, ...changes };
  return { message: { ...message, seq: 0 }, fields };
}

const scalars = [
  "recvID",
  "groupID",
  "clientMsgID",
  "serverMsgID",
  "senderPlatformID",
  "senderNickname",
  "senderFaceURL",
  "sessionType",
  "msgFrom",
  "contentType",
  "status",
  "offlinePushInfo",
  "attachedInfo",
  "ex",
] as const satisfies readonly (keyof Changes)[];

function requireObject(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badAnswer("content is no JSON object");
}
