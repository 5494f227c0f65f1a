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
import type { Now } from "../storage/engine.ts";
import type { Transaction } from "../storage/writer.ts";
import { overridesFor, requireForm } from "./form.ts";
import type { Draft, MessageHooks, Modified } from "./hooks.ts";

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
   * From a socket: sdkws.MsgData as the client made it. `requireSignedIn` throws
   * once the sender was signed out, and is asked after somebody outside was.
   */
  accept(
    cause: Cause,
    data: Uint8Array,
    requireSignedIn?: () => Promise<void>,
  ): Promise<Accepted>;
  /** From REST or the system: never taken for a resend. */
  acceptFromServer(cause: Cause, data: Uint8Array): Promise<Accepted>;
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
  requireWelcome(message: MsgDataView): Promise<void>;
  accepted(sessionType: number): void;
  refused(sessionType: number): void;
  hooks?: MessageHooks;
  now: () => number;
}

interface Incoming extends Cause {
  view: MsgDataView;
  conversationID: string;
  isNotice: boolean;
  requireSignedIn?: (() => Promise<void>) | undefined;
}

const ackOf = ({ serverMsgID, clientMsgID, sendTime }: MsgDataView): Ack => ({
  serverMsgID,
  clientMsgID,
  sendTime,
});

/** From this level on an account is the system's (docs/wire/rest.md#roles). */
const systemLevel = 2;

export function createSending(deps: SendingDeps): Sending {
  const { log, outbox, now } = deps;
  /** Messages from sockets that are not durable yet, by resend key. */
  const underWay = new Map<
    number,
    { view: MsgDataView; accepted: Promise<Accepted> }
  >();

  /**
   * A webhook may have given the stored message another clientMsgID and
   * another receiver. Then the key has to do to know it again: 52 bits of the
   * ids that the client sent.
   */
  const isRewritten = deps.hooks?.modify !== undefined;
  const { beforeSingle, beforeGroup, modify } = deps.hooks ?? {};
  /** A before-webhook is on. */
  const asked = Boolean(beforeSingle ?? beforeGroup ?? modify);

  async function accept(
    { actor, operationID }: Cause,
    data: Uint8Array,
    isFromSocket: boolean,
    requireSignedIn?: () => Promise<void>,
  ): Promise<Accepted> {
    const view = readSentMsgData(data);
    requireForm(view);
    // Resends are looked up in the database, too.
    if (view.option(OptionKey.history) ?? true) deps.requireTaking();
    if (view.sendID !== actor.userID && !actor.isAdmin)
      throw errors.noPermission(`sendID ${view.sendID} is not the caller`);
    const isNotice = isNoticeOf(view);
    const conversationID = conversationOf(view, isNotice);
    const incoming = {
      ...{ actor, view, operationID, conversationID, isNotice },
      requireSignedIn,
    };
    return isFromSocket
      ? acceptFromSocket(incoming)
      : acceptNew({ ...incoming, key: 0 });
  }

  function acceptFromSocket(incoming: Incoming): Promise<Accepted> {
    const { actor, view, conversationID, isNotice } = incoming;
    const key =
      view.clientMsgID === "" || isNotice
        ? 0
        : resendKeyOf(conversationID, view.sendID, view.clientMsgID);
    const take = (): Promise<Accepted> => {
      if (isNotificationType(view.contentType) && !actor.isAdmin)
        throw errors.noPermission(
          `contentType ${view.contentType} is for the server`,
        );
      return acceptNew({ ...incoming, key });
    };
    if (key === 0) return take();
    const before = underWay.get(key);
    if (before && isSameMessage(before.view, view)) return before.accepted;
    const accepted = firstOr(view, conversationID, key, take);
    // A second copy finds this one from now on, wherever it comes from.
    underWay.set(key, { view, accepted });
    const forget = () => {
      if (underWay.get(key)?.accepted === accepted) underWay.delete(key);
    };
    accepted.then(({ acked }) => acked.then(forget, forget), forget);
    return accepted;
  }

  async function acceptNew(
    incoming: Incoming & { key: number },
  ): Promise<Accepted> {
    const { operationID } = incoming;
    let serverMsgID = newMessageID();
    let { view } = incoming;
    let overrides: Map<string, boolean> | null;
    let modified: Modified | undefined;
    try {
      overrides = overridesFor(view.contentType);
      const permission = asked
        ? await permitAndAsk(incoming, serverMsgID)
        : { isSilent: await permit(incoming), modified: undefined };
      if (permission.isSilent)
        (overrides ??= new Map()).set(OptionKey.offlinePush, false);
      ({ modified } = permission);
      if (modified) {
        ({ serverMsgID } = modified.message);
        incoming = remade(incoming, modified);
        ({ view } = incoming);
      }
    } catch (error) {
      deps.refused(view.sessionType);
      throw error;
    }

    const { conversationID, isNotice, key } = incoming;
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
    const { durable } = await (isNotice && option(OptionKey.isSendMsg)
      ? postWithCopy(message, view, overrides)
      : outbox.post(message, mentioned));
    deps.accepted(view.sessionType);
    const { clientMsgID } = view;
    return {
      acked: durable.then(
        (sendTime) => ({ serverMsgID, clientMsgID, sendTime, modified }),
        (error: unknown) => {
          if (!(error instanceof StoredBefore)) throw error;
          return ackOf(readMsgData(error.first.data));
        },
      ),
    };
  }

  /** The message that a webhook made of it, which may be for others. */
  function remade<In extends Incoming>(
    incoming: In,
    { message }: Modified,
  ): In {
    const view = readSentMsgData(MsgData.encode(message));
    requireForm(view);
    const isNotice = isNoticeOf(view);
    const conversationID = conversationOf(view, isNotice);
    return { ...incoming, view, conversationID, isNotice };
  }

  /** For those who only want to know of it; undefined: nobody does. */
  function alsoOf(draft: Draft, conversationID: string): Outgoing["also"] {
    const sent = deps.hooks?.sent;
    return (
      sent && ((tx, sendTime) => sent(tx, draft, { conversationID, sendTime }))
    );
  }

  /** Answers the first send's ids when this is the same message again. */
  async function firstOr(
    view: MsgDataView,
    conversationID: string,
    key: number,
    otherwise: () => Promise<Accepted>,
  ): Promise<Accepted> {
    if (log.findsResends && !isRewritten)
      try {
        return await otherwise();
      } catch (error) {
        // It may have been allowed then.
        const first = await findFirst(view, conversationID, key);
        if (first) return first;
        throw error;
      }
    return (await findFirst(view, conversationID, key)) ?? otherwise();
  }

  async function findFirst(
    view: MsgDataView,
    conversationID: string,
    key: number,
  ): Promise<Accepted | undefined> {
    const opened = isRewritten ? null : log.find(conversationID);
    const head = opened instanceof Promise ? await opened : opened;
    const looked = head || isRewritten ? log.findResend(head, key) : undefined;
    const stored = looked instanceof Promise ? await looked : looked;
    const first = stored && readMsgData(stored.data);
    if (!first) return undefined;
    const isResend = isRewritten
      ? first.sendID === view.sendID
      : isSameMessage(first, view);
    return isResend ? { acked: Promise.resolve(ackOf(first)) } : undefined;
  }

  /**
   * A notice that a client sends with isSendMsg on: the visible copy goes
   * first and is what counts (docs/wire/messages.md#order).
   */
  async function postWithCopy(
    message: Parameters<Outbox["post"]>[0],
    view: MsgDataView,
    overrides: Map<string, boolean> | null,
  ) {
    const option = (name: string) => view.option(name) ?? true;
    const { sendTime } = view;
    const copy = {
      ...message,
      isStored: true,
      // Not the notice's time: a stored message gets its time with its seq.
      sendTime,
      resendKey: 0,
      conversationID: conversationIDOf({
        ...view.ids(),
        isNotification: false,
      }),
      unsealed: rewriteMsgData(readMsgData(message.unsealed), {
        sendTime,
        options: new Map([
          [OptionKey.offlinePush, option(OptionKey.offlinePush)],
          [OptionKey.unreadCount, option(OptionKey.unreadCount)],
        ]),
      }),
    };
    const { durable } = await outbox.post(copy);
    const silenced = new Map(overrides ?? []);
    silenced.set(OptionKey.offlinePush, false);
    silenced.set(OptionKey.unreadCount, false);
    const original = {
      ...message,
      also: undefined,
      unsealed: rewriteMsgData(readMsgData(message.unsealed), {
        options: merged(view, silenced),
      }),
    };
    if (message.isStored) return outbox.post(original);
    // A message that is not stored does not wait for the disk, and would
    // overtake its copy.
    const post = () => outbox.post(original).then((posted) => posted.durable);
    return { durable: durable.then(post) };
  }

  /** Answers whether the receiver wants no offline push. */
  async function permit({
    actor,
    view,
    conversationID,
    isNotice,
  }: Incoming): Promise<boolean> {
    switch (view.sessionType) {
      case SessionType.single:
        return permitSingle(view, conversationID, isNotice);
      case SessionType.group:
        await deps.requireGroupSpeaker(view);
        return false;
      default:
        await permitOfficial(actor, view);
        return false;
    }
  }

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

  async function permitSingle(
    view: MsgDataView,
    conversationID: string,
    isNotice: boolean,
  ): Promise<boolean> {
    if (!isFromSystem(view)) {
      const found = deps.findUser(view.sendID);
      const sender = found instanceof Promise ? await found : found;
      if (!sender) throw errors.notFound(`no user '${view.sendID}'`);
      if (sender.appMangerLevel < systemLevel) await deps.requireWelcome(view);
    }
    if (isNotice || isNotificationID(conversationID)) return false;
    const found = deps.findUser(view.recvID);
    const receiver = found instanceof Promise ? await found : found;
    if (!receiver) throw errors.notFound(`no user '${view.recvID}'`);
    switch (receiver.globalRecvMsgOpt) {
      case RecvMsgOpt.notReceive:
        throw errors.args(
          "message is not sent: the receiver refuses all messages",
        );
      case RecvMsgOpt.receiveNotNotify:
        return true;
    }
    const glance = deps.glance(view.recvID, conversationID);
    const row = glance instanceof Promise ? await glance : glance;
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

const merged = (
  view: MsgDataView,
  overrides: ReadonlyMap<string, boolean>,
): Map<string, boolean> => new Map([...(view.options() ?? []), ...overrides]);

const isSameMessage = (a: MsgDataView, b: MsgDataView): boolean =>
  a.clientMsgID === b.clientMsgID && a.sendID === b.sendID;
