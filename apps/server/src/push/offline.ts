import {
  ContentType,
  isNotificationType,
  OptionKey,
  SessionType,
} from "@parley/protocol/content-types";
import { groupChatID } from "@parley/protocol/conversation-ids";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";
import { PlatformID } from "@parley/protocol/platforms";

import { takesPushes } from "../delivery/delivery.ts";
import type { Push } from "../delivery/delivery.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import { nextTurn } from "../pace/turns.ts";
import type { PushHooks } from "../webhooks/push-hooks.ts";
import type { Carry, Untold } from "./carry.ts";
import type { PushText } from "./providers/provider.ts";
import { renderPushText } from "./text.ts";
import { maxNamedUsers } from "./unsent.ts";
import type { MessageID, Reason, UnsentLog, UnsentRecord } from "./unsent.ts";

/** A push that failed for some receivers and will be retried. */
export interface LaterPush {
  serverMsgID: string;
  text: PushText;
  untold: readonly Untold[];
}

/** Pushes messages to receivers without a connected phone. */
export interface OfflinePush {
  /**
   * Considers a message whose frames are queued. Never waits and never throws.
   */
  consider(push: Push): void;
  /**
   * Considers a message that an earlier process left; returns what to retry
   * later.
   */
  considerAgain(push: Push): Promise<LaterPush | undefined>;
  tryAgain(later: LaterPush): Promise<LaterPush | undefined>;
  /**
   * Returns whether a direct message reached everybody but its sender by
   * connection.
   */
  isReachedBy(userIDs: readonly string[], sendID: string): boolean;
  /** Records the reason without checking who is connected. */
  giveUp(push: Push, reason: Reason): void;
  /**
   * Returns the receivers of a recent message that reached everybody by
   * connection.
   */
  listReached(message: MessageID): UnsentRecord[];
  /** Number of waiting messages. */
  waiting(): number;
  /** Continues for at most `graceMs`; the next start does the rest. */
  close(graceMs: number): Promise<void>;
}

export interface OfflinePushDeps {
  sessions: Pick<AllSessions, "of" | "returning">;
  ask: PushHooks["offline"];
  carry: Carry;
  /** Members of a group conversation who want no push of it. */
  listMuting(conversationID: string): Promise<readonly string[]>;
  /** Returns whether this receiver muted the direct chat. */
  hasMuted(userID: string, conversationID: string): Promise<boolean>;
  unsent: Pick<UnsentLog, "add">;
  /** Counts the receivers who did not get a push of a message. */
  missed(reason: Reason, count: number): void;
  failed(error: unknown): void;
  /** All pushes of this message are done. */
  done(push: Push): void;
  /** Schedules a retry after a failure; returns false if there will be none. */
  tryLater(push: Push, later?: LaterPush): boolean;
  sleep(ms: number): Promise<void>;
  now: () => number;
  limits?: { messages: number; workers: number };
}

/**
 * Queue limits: 10,000 messages are a few megabytes. Workers mostly wait for
 * webhooks and providers, which have limits of their own.
 */
const usualLimits = { messages: 10_000, workers: 256 };
const shareMs = 3;
/** Number of messages that are remembered for `explain`, with their bytes. */
const maxReached = 1_024;
/** Users that are checked in one turn of the event loop. */
const usersAtOnce = 1_000;

const mobile: ReadonlySet<number> = new Set([
  PlatformID.IOS,
  PlatformID.Android,
]);
const neverPushed: ReadonlySet<number> = new Set([
  ContentType.RoomParticipantsConnectedNotification,
  ContentType.RoomParticipantsDisconnectedNotification,
]);

/**
 * Creates offline push (rules: docs/wire/messages.md#offline-pushes). A push
 * starts when the message is durable and its frames are queued; nothing waits
 * for it.
 */
export function createOfflinePush(deps: OfflinePushDeps): OfflinePush {
  const { sessions } = deps;
  const limits = deps.limits ?? usualLimits;
  let queue: Push[] = [];
  /** Index of the queue's first entry; entries before it are done. */
  let first = 0;
  let workers = 0;
  /** When this turn's share is used up. */
  let until = 0;
  /** Round and round: keeping one costs a message nothing. */
  const reached: Push[] = [];
  let nextReached = 0;
  let isClosed = false;
  let idle: (() => void) | undefined;

  /** COMPAT: a connection on a PC or in a browser does not prevent the push. */
  function isReached(userID: string): boolean {
    for (const session of sessions.of(userID))
      if (mobile.has(session.platformID) && takesPushes(session)) return true;
    return false;
  }

  async function listUnreached(push: Push, sendID: string): Promise<string[]> {
    const { userIDs } = push;
    const unreached: string[] = [];
    for (let from = 0; from < userIDs.length; from += usersAtOnce) {
      if (from > 0) await nextTurn();
      for (const userID of userIDs.slice(from, from + usersAtOnce))
        if (userID !== sendID && !isReached(userID)) unreached.push(userID);
    }
    // A client that a node sent away fetches the message at another.
    const returns = unreached.flatMap(
      (userID) => sessions.returning?.(userID) ?? [],
    );
    if (returns.length === 0) return unreached;
    await Promise.all(returns);
    return unreached.filter((userID) => !isReached(userID));
  }

  function recordOf({
    serverMsgID,
    clientMsgID,
    conversationID,
  }: MessageID & { conversationID: string }) {
    return (
      reason: Reason,
      userIDs: readonly string[],
      more: Partial<Pick<UnsentRecord, "provider" | "detail">> = {},
    ): void => {
      if (userIDs.length === 0) return;
      deps.missed(reason, userIDs.length);
      deps.unsent.add({
        serverMsgID,
        clientMsgID,
        conversationID,
        reason,
        provider: "",
        detail: "",
        userIDs,
        userCount: userIDs.length,
        time: deps.now(),
        ...more,
      });
    };
  }

  function remember(push: Push): void {
    reached[nextReached] = push;
    nextReached = (nextReached + 1) % maxReached;
  }

  async function handle(push: Push): Promise<LaterPush | undefined> {
    const view = readMsgData(push.data);
    const { contentType, sessionType, groupID, sendID } = view;
    if (neverPushed.has(contentType)) return undefined;
    const isOff = view.option(OptionKey.offlinePush) === false;
    // Keeps no reason for receipts, typing and most notices, which never ring.
    if (isOff && !isSaid(contentType)) return undefined;
    const unreached = await listUnreached(push, sendID);
    if (unreached.length === 0) {
      remember(push);
      return undefined;
    }
    const { serverMsgID, clientMsgID } = view;
    const { conversationID } = push;
    const record = recordOf({ serverMsgID, clientMsgID, conversationID });
    const isGroup = sessionType === SessionType.group;
    if (isOff) {
      const [userID = ""] = unreached;
      const hasMuted =
        !isGroup && (await deps.hasMuted(userID, push.conversationID));
      record(hasMuted ? "recvMsgOpt" : "optionOff", unreached);
      return undefined;
    }

    const muting = new Set(
      isGroup ? await deps.listMuting(groupChatID(groupID)) : [],
    );
    record(
      "recvMsgOpt",
      unreached.filter((userID) => muting.has(userID)),
    );
    const userIDs =
      muting.size === 0
        ? unreached
        : unreached.filter((userID) => !muting.has(userID));
    if (userIDs.length === 0) return undefined;
    const info = view.hasOfflinePushInfo
      ? MsgData.decode(push.data).offlinePushInfo
      : null;
    const offered = { userIDs, info };
    const allowed = deps.ask
      ? await deps.ask(push.operationID, view, offered)
      : offered;
    if (!allowed) {
      record("refusedByWebhook", userIDs);
      return undefined;
    }
    const text = renderPushText(view, allowed.info, push);
    const untold = await deps.carry(text, allowed.userIDs, record);
    return untold.length === 0
      ? undefined
      : { serverMsgID: view.serverMsgID, text, untold };
  }

  async function tryAgain(later: LaterPush): Promise<LaterPush | undefined> {
    const { serverMsgID, text } = later;
    // A user who reconnected meanwhile has the message.
    const left = later.untold.map(({ provider, userIDs }) => ({
      provider,
      userIDs: userIDs.filter((userID) => !isReached(userID)),
    }));
    const record = recordOf({ serverMsgID, ...text });
    const untold = await deps.carry(text, [], record, left);
    return untold.length === 0 ? undefined : { ...later, untold };
  }

  function giveUp(push: Push, reason: Reason): void {
    const view = readMsgData(push.data);
    if (view.option(OptionKey.offlinePush) === false) return;
    const { sendID } = view;
    const others = push.userIDs.filter((userID) => userID !== sendID);
    const { serverMsgID, clientMsgID } = view;
    const { conversationID } = push;
    recordOf({ serverMsgID, clientMsgID, conversationID })(reason, others);
  }

  /** Limits all workers together to a few milliseconds of each turn. */
  async function pace(): Promise<void> {
    if (performance.now() < until) return;
    await nextTurn();
    until = performance.now() + shareMs;
  }

  async function work(): Promise<void> {
    workers++;
    for (let push = take(); push; push = take())
      try {
        await pace();
        const later = await handle(push);
        if (!later || !deps.tryLater(push, later)) deps.done(push);
      } catch (error) {
        deps.failed(error);
        if (deps.tryLater(push)) continue;
        giveUp(push, "failed");
        deps.done(push);
      }
    workers--;
    if (workers === 0) idle?.();
  }

  function take(): Push | undefined {
    const push = queue[first++];
    if (!push) {
      queue = [];
      first = 0;
    } else if (first > 1_024 && first * 2 > queue.length) {
      queue = queue.slice(first);
      first = 0;
    }
    return push;
  }

  const waiting = () => queue.length - first;

  return {
    consider(push) {
      // Most pairs have their phones in their hands: no work for them.
      if (push.userIDs.length <= 2 && push.userIDs.every(isReached)) {
        remember(push);
        return deps.done(push);
      }
      if (isClosed) return;
      if (waiting() >= limits.messages) {
        giveUp(push, "overload");
        return deps.done(push);
      }
      queue.push(push);
      if (workers < limits.workers) void work();
    },
    considerAgain: handle,
    tryAgain,
    isReachedBy: (userIDs, sendID) =>
      userIDs.length <= 2 &&
      userIDs.every((userID) => userID === sendID || isReached(userID)),
    giveUp,
    listReached: ({ serverMsgID, clientMsgID }) =>
      reached.flatMap((push) => {
        const view = readMsgData(push.data);
        const isMeant =
          (serverMsgID === "" || view.serverMsgID === serverMsgID) &&
          (clientMsgID === "" || view.clientMsgID === clientMsgID);
        if (!isMeant) return [];
        const userIDs = push.userIDs.filter((each) => each !== view.sendID);
        return [
          {
            serverMsgID: view.serverMsgID,
            clientMsgID: view.clientMsgID,
            conversationID: push.conversationID,
            reason: "online" as const,
            provider: "",
            detail: "",
            userIDs: userIDs.slice(0, maxNamedUsers),
            userCount: userIDs.length,
            time: view.sendTime,
          },
        ];
      }),
    waiting,
    async close(graceMs) {
      isClosed = true;
      if (workers > 0)
        await Promise.race([
          new Promise<void>((resolve) => (idle = resolve)),
          deps.sleep(graceMs),
        ]);
      queue = [];
      first = 0;
    },
  };
}

/** Returns whether the message is from a user rather than a notice. */
const isSaid = (contentType: number): boolean =>
  contentType !== ContentType.Typing && !isNotificationType(contentType);
