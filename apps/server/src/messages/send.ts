import {
  conversationIDOf,
  isNotificationID,
} from "@parley/protocol/conversation-ids";
import {
  ContentType,
  isNotificationType,
  MsgStatus,
  OptionKey,
  RecvMsgOpt,
  SessionType,
} from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import {
  readMsgData,
  readSentMsgData,
  rewriteMsgData,
} from "@parley/protocol/msg-data";
import type { MsgDataView } from "@parley/protocol/msg-data";

import type { Actor, Cause } from "../http/actor.ts";
import type { RowGlance } from "../conversations/versioned-rows.ts";
import type { MessageLog } from "../message-log/log.ts";
import { StoredBefore } from "../message-log/outbox.ts";
import type { Outbox, Outgoing } from "../message-log/outbox.ts";
import { resendKeyOf } from "../message-log/resend-key.ts";
import { newMessageID } from "../notifications/notify.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";
import { overridesFor, requireForm } from "./form.ts";
import type { Draft, MessageHooks, Modified } from "./hooks.ts";
import { merged, postWithCopy } from "./notice-copy.ts";

/**
 * Acknowledgement to the sender (docs/wire/messages.md#acknowledgement); it has
 * no seq.
 */
export interface Ack {
  serverMsgID: string;
  clientMsgID: string;
  sendTime: number;
  /** The message as a webhook changed it; undefined: unchanged. */
  modified?: Modified | undefined;
}

/** A message that has its place in the order of things. */
export interface Accepted {
  /** Resolves when the message would survive a power cut. */
  acked: Promise<Ack>;
}

export interface Sending {
  /**
   * Accepts sdkws.MsgData from a socket. `requireSignedIn` is called after webhooks, and
   * throws if the sender was signed out meanwhile.
   */
  accept(
    cause: Cause,
    data: Uint8Array,
    requireSignedIn?: () => Promise<void>,
  ): Now<Accepted>;
  /** Accepts a message from REST or the system, which is never taken for a resend. */
  acceptFromServer(cause: Cause, data: Uint8Array): Now<Accepted>;
}

export interface SendingDeps {
  log: MessageLog;
  outbox: Outbox;
  /** Throws while nothing can be stored. */
  requireTaking(): void;
  isAdmin(userID: string): boolean;
  findUser(userID: string): Now<UserInfo | null>;
  glance(ownerID: string, conversationID: string): Now<RowGlance | null>;
  /** Throws 1004, 1203, 1204, 1402 or 1403 (docs/wire/messages.md#who-may-send). */
  requireGroupSpeaker(message: MsgDataView): Now<void>;
  /** undefined: the message names nobody; else what is stored with it. */
  mention(
    message: MsgDataView,
    operationID: string,
  ): ((tx: Transaction) => Promise<void>) | undefined;
  /** Throws 1302 or 1303. */
  requireWelcome(message: MsgDataView): Now<void>;
  accepted(sessionType: number): void;
  refused(sessionType: number): void;
  hooks?: MessageHooks;
  now: () => number;
}

interface Incoming extends Cause {
  view: MsgDataView;
  conversationID: string;
  isNotice: boolean;
  isFromSocket: boolean;
  /** 0 = never taken for a resend. */
  key: number;
  requireSignedIn: (() => Promise<void>) | undefined;
}

const ackOf = ({ serverMsgID, clientMsgID, sendTime }: MsgDataView): Ack => ({
  serverMsgID,
  clientMsgID,
  sendTime,
});

function ackOfFirst(error: unknown): Ack {
  if (!(error instanceof StoredBefore)) throw error;
  return ackOf(readMsgData(error.first.data));
}

/** Accounts of this level and above are the system's (docs/wire/rest.md#roles). */
const systemLevel = 2;

export function createSending(deps: SendingDeps): Sending {
  const { log, outbox, now } = deps;
  /** Messages from sockets that are not durable yet, by resend key. */
  const underWay = new Map<number, MessageIDs & { accepted: Now<Accepted> }>();

  /**
   * A webhook may have given the stored message another clientMsgID and
   * another receiver. Then the key has to do to know it again: 52 bits of the
   * ids that the client sent.
   */
  const isRewritten = deps.hooks?.modify !== undefined;
  const { beforeSingle, beforeGroup, modify } = deps.hooks ?? {};
  /** A before-webhook is on. */
  const asked = Boolean(beforeSingle ?? beforeGroup ?? modify);

  function accept(
    { actor, operationID }: Cause,
    data: Uint8Array,
    isFromSocket: boolean,
    requireSignedIn?: () => Promise<void>,
  ): Now<Accepted> {
    const view = readSentMsgData(data);
    requireForm(view);
    // Resends are looked up in the database, too.
    if (view.option(OptionKey.history) ?? true) deps.requireTaking();
    if (view.sendID !== actor.userID && !actor.isAdmin)
      throw errors.noPermission(`sendID ${view.sendID} is not the caller`);
    const isNotice = isNoticeOf(view);
    const conversationID = conversationOf(view, isNotice);
    const key =
      !isFromSocket || isNotice || view.clientMsgID === ""
        ? 0
        : resendKeyOf(conversationID, view.sendID, view.clientMsgID);
    const incoming: Incoming = {
      actor,
      view,
      operationID,
      conversationID,
      isNotice,
      isFromSocket,
      key,
      requireSignedIn,
    };
    return key === 0 ? acceptNew(incoming) : acceptOnce(incoming);
  }

  function acceptOnce(incoming: Incoming): Now<Accepted> {
    const { view, key } = incoming;
    const before = underWay.get(key);
    if (before && isSameMessage(before, view)) return before.accepted;
    const accepted = firstOr(incoming);
    // A second copy finds this one from now on, wherever it comes from.
    const { sendID, clientMsgID } = view;
    underWay.set(key, { sendID, clientMsgID, accepted });
    const forget = () => {
      if (underWay.get(key)?.accepted === accepted) underWay.delete(key);
    };
    if (accepted instanceof Promise)
      accepted.then(({ acked }) => acked.then(forget, forget), forget);
    else accepted.acked.then(forget, forget);
    return accepted;
  }

  function acceptNew(incoming: Incoming): Now<Accepted> {
    const { actor, view, isFromSocket } = incoming;
    if (isFromSocket && isNotificationType(view.contentType) && !actor.isAdmin)
      throw errors.noPermission(
        `contentType ${view.contentType} is for the server`,
      );
    const serverMsgID = newMessageID();
    if (asked) return askAndPost(incoming, serverMsgID);
    let permitted: Now<boolean>;
    try {
      permitted = permit(incoming);
    } catch (error) {
      return refuse(incoming, error);
    }
    return permitted instanceof Promise
      ? permitted.then(
          (isSilent) => post(incoming, serverMsgID, isSilent),
          (error: unknown) => refuse(incoming, error),
        )
      : post(incoming, serverMsgID, permitted);
  }

  function refuse({ view }: Incoming, error: unknown): never {
    deps.refused(view.sessionType);
    throw error;
  }

  async function askAndPost(
    incoming: Incoming,
    serverMsgID: string,
  ): Promise<Accepted> {
    let answer: Awaited<ReturnType<typeof permitAndAsk>>;
    try {
      answer = await permitAndAsk(incoming, serverMsgID);
      const { modified } = answer;
      if (modified) {
        ({ serverMsgID } = modified.message);
        incoming = remade(incoming, modified);
      }
    } catch (error) {
      return refuse(incoming, error);
    }
    return post(incoming, serverMsgID, answer.isSilent, answer.modified);
  }

  function post(
    { view, conversationID, isNotice, key, operationID }: Incoming,
    serverMsgID: string,
    isSilent: boolean,
    modified?: Modified,
  ): Now<Accepted> {
    let overrides = overridesFor(view.contentType);
    if (isSilent) (overrides ??= new Map()).set(OptionKey.offlinePush, false);
    const option = (name: string) =>
      overrides?.get(name) ?? view.option(name) ?? true;
    const isStored = option(OptionKey.history);
    // A stored message gets its time together with its seq.
    const sendTime = view.sendTime === 0 && !isStored ? now() : view.sendTime;
    const unsealed = rewriteMsgData(view, {
      serverMsgID,
      sendTime,
      isRead: false,
      ...(view.status === MsgStatus.sending && {
        status: MsgStatus.sent,
      }),
      ...(overrides && { options: merged(view, overrides) }),
    });
    const message = {
      conversationID,
      unsealed,
      sendID: view.sendID,
      recvID: view.recvID,
      groupID: view.groupID,
      sessionType: view.sessionType,
      contentType: view.contentType,
      sendTime,
      resendKey: isStored ? key : 0,
      isRewritten,
      operationID,
      isStored,
      wantsSenderSync: option(OptionKey.senderSync),
      also: alsoOf({ view, serverMsgID, operationID }, conversationID),
    };
    const mentioned = deps.mention(view, operationID);
    const posted =
      isNotice && option(OptionKey.isSendMsg)
        ? postWithCopy(outbox, message, view, overrides)
        : outbox.post(message, mentioned);
    return then(posted, ({ durable }) => {
      deps.accepted(view.sessionType);
      return toAccepted(durable, serverMsgID, view.clientMsgID, modified);
    });
  }

  /** The message that a webhook made of it, which may be for others. */
  function remade(incoming: Incoming, { message }: Modified): Incoming {
    const view = readSentMsgData(MsgData.encode(message));
    requireForm(view);
    const isNotice = isNoticeOf(view);
    const conversationID = conversationOf(view, isNotice);
    return { ...incoming, view, conversationID, isNotice };
  }

  /** Returns the callback that after-webhooks and bots need; undefined if there are none. */
  function alsoOf(draft: Draft, conversationID: string): Outgoing["also"] {
    const sent = deps.hooks?.sent;
    return (
      sent && ((tx, sendTime) => sent(tx, draft, { conversationID, sendTime }))
    );
  }

  /** Returns the first send's ids if this message is a resend. */
  function firstOr(incoming: Incoming): Now<Accepted> {
    if (log.findsResends && !isRewritten) return newOrFirst(incoming);
    return then(findFirst(incoming), (first) => first ?? acceptNew(incoming));
  }

  async function newOrFirst(incoming: Incoming): Promise<Accepted> {
    try {
      return await acceptNew(incoming);
    } catch (error) {
      // It may have been allowed then.
      const first = await findFirst(incoming);
      if (first) return first;
      throw error;
    }
  }

  function findFirst(incoming: Incoming): Now<Accepted | undefined> {
    const { view, conversationID, key } = incoming;
    const stored = isRewritten
      ? log.findResend(null, key)
      : then(log.find(conversationID), (head) =>
          head ? log.findResend(head, key) : undefined,
        );
    return then(stored, (found) => {
      const first = found && readMsgData(found.data);
      if (!first) return undefined;
      const isResend = isRewritten
        ? first.sendID === view.sendID
        : isSameMessage(first, view);
      return isResend ? { acked: Promise.resolve(ackOf(first)) } : undefined;
    });
  }

  /** Throws if the message is not permitted; returns whether the receiver wants no push. */
  function permit(incoming: Incoming): Now<boolean> {
    const { actor, view } = incoming;
    switch (view.sessionType) {
      case SessionType.single:
        return then(permitSender(view), () => permitReceiver(incoming));
      case SessionType.group:
        return then(deps.requireGroupSpeaker(view), isNotSilent);
      default:
        return permitOfficial(actor, view).then(isNotSilent);
    }
  }

  const isNotSilent = () => false;

  /**
   * Checks permission and asks the webhook. Permission is checked again
   * afterwards, because it may have changed during the call.
   */
  async function permitAndAsk(
    incoming: Incoming,
    serverMsgID: string,
  ): Promise<{ isSilent: boolean; modified: Modified | undefined }> {
    const { view, operationID } = incoming;
    const { hooks } = deps;
    const draft = { view, serverMsgID, operationID };
    const sender = await deps.findUser(view.sendID);
    if (view.sessionType === SessionType.single) {
      if (hooks?.beforeSingle && !isFromSystem(view))
        await hooks.beforeSingle(draft);
      if (hooks?.modify) await permit(incoming);
    } else {
      await permit(incoming);
      if (hooks?.beforeGroup && view.sessionType === SessionType.group)
        await hooks.beforeGroup(draft);
    }
    const modified = await hooks?.modify?.(draft);
    await incoming.requireSignedIn?.();
    if (sender && !(await deps.findUser(view.sendID)))
      throw errors.notFound(`no user '${view.sendID}'`);
    return { isSilent: await permit(incoming), modified };
  }

  const isFromSystem = ({ sendID, contentType }: MsgDataView): boolean =>
    deps.isAdmin(sendID) || isNotificationType(contentType);

  function permitSender(view: MsgDataView): Now<void> {
    if (isFromSystem(view)) return;
    return then(deps.findUser(view.sendID), (sender) => {
      if (!sender) throw errors.notFound(`no user '${view.sendID}'`);
      if (sender.appMangerLevel < systemLevel) return deps.requireWelcome(view);
    });
  }

  function permitReceiver({
    view,
    conversationID,
    isNotice,
  }: Incoming): Now<boolean> {
    if (isNotice || isNotificationID(conversationID)) return false;
    return then(deps.findUser(view.recvID), (receiver) => {
      if (!receiver) throw errors.notFound(`no user '${view.recvID}'`);
      switch (receiver.globalRecvMsgOpt) {
        case RecvMsgOpt.notReceive:
          throw errors.args(
            "message is not sent: the receiver refuses all messages",
          );
        case RecvMsgOpt.receiveNotNotify:
          return true;
      }
      return then(deps.glance(view.recvID, conversationID), (row) =>
        permitByRow(view, row),
      );
    });
  }

  function permitByRow(view: MsgDataView, row: RowGlance | null): boolean {
    switch (row?.recvMsgOpt) {
      case RecvMsgOpt.notReceive:
        if (view.contentType === ContentType.HasReadReceipt) return false;
        throw errors.args(
          "message is not sent: the receiver refuses messages of this conversation",
        );
      case RecvMsgOpt.receiveNotNotify:
        return true;
      default:
        return false;
    }
  }

  async function permitOfficial(
    actor: Actor,
    view: MsgDataView,
  ): Promise<void> {
    if (actor.isAdmin && deps.isAdmin(view.sendID)) return;
    const sender = await deps.findUser(view.sendID);
    if (!actor.isAdmin && (sender?.appMangerLevel ?? 0) < systemLevel)
      throw errors.noPermission(
        `${view.sendID} is not a notification account, which sessionType 4 requires`,
      );
    await deps.requireWelcome(view);
  }

  return {
    accept: (cause, data, requireSignedIn) =>
      accept(cause, data, true, requireSignedIn),
    acceptFromServer: (cause, data) => accept(cause, data, false),
  };
}

const conversationOf = (view: MsgDataView, isNotification: boolean): string =>
  conversationIDOf({
    sessionType: view.sessionType,
    sendID: view.sendID,
    recvID: view.recvID,
    groupID: view.groupID,
    isNotification,
  });

const isNoticeOf = (view: MsgDataView): boolean =>
  view.option(OptionKey.isNotNotification) === false;

/** A function of its own, so that waiting for the disk keeps no more of a message in memory. */
const toAccepted = (
  durable: Promise<number>,
  serverMsgID: string,
  clientMsgID: string,
  modified: Modified | undefined,
): Accepted => ({
  acked: durable.then(
    (sendTime) => ({ serverMsgID, clientMsgID, sendTime, modified }),
    ackOfFirst,
  ),
});

type MessageIDs = Pick<MsgDataView, "sendID" | "clientMsgID">;

const isSameMessage = (a: MessageIDs, b: MessageIDs): boolean =>
  a.clientMsgID === b.clientMsgID && a.sendID === b.sendID;
