import { OptionKey, SessionType } from "@parley/protocol/content-types";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Push } from "../delivery/delivery.ts";
import type { Entry, FollowUps } from "../follow-ups/follow-ups.ts";
import type { NoteOffline } from "../message-log/outbox.ts";
import type { Now } from "../storage/engine.ts";
import type { LaterPush, OfflinePush } from "./offline.ts";

/** A push that is not done yet: of which message, and whom it did not reach. */
interface StoredPush {
  conversationID: string;
  seq: number;
  operationID: string;
  later?: LaterPush;
}

export interface PushFollowUpDeps {
  followUps: Pick<FollowUps, "define">;
  offline: () => Pick<
    OfflinePush,
    "considerAgain" | "tryAgain" | "isReachedBy" | "giveUp"
  >;
  /** Returns undefined if the message no longer exists. */
  readMessage(
    conversationID: string,
    seq: number,
  ): Promise<Uint8Array | undefined>;
  membersOf(groupID: string): Now<readonly string[]>;
  /** Seconds. */
  sendWithin: number;
  failed(error: unknown): void;
  sleep(ms: number): Promise<void>;
  now: () => number;
}

export interface PushFollowUp {
  /**
   * Notes the push in the message's transaction, unless every receiver has a
   * connected phone.
   */
  note: NoteOffline;
  done(push: Push): void;
  tryLater(push: Push, later?: LaterPush): boolean;
}

const limits = { rows: 100_000, size: 64 << 20 };
const pausesMs = [5_000, 30_000, 120_000, 300_000];
/** Time in which clients reconnect after a crash. */
const returnMs = 20_000;

/** Pushes as rows that are written with the message and go once they are carried. */
export function createPushFollowUp(deps: PushFollowUpDeps): PushFollowUp {
  const startedAt = deps.now();

  async function load({
    conversationID,
    seq,
    operationID,
  }: StoredPush): Promise<Push | undefined> {
    const data = await deps.readMessage(conversationID, seq);
    if (!data) return undefined;
    const { sessionType, groupID, recvID } = readMsgData(data);
    const userIDs =
      sessionType === SessionType.group
        ? await deps.membersOf(groupID)
        : [recvID];
    return { conversationID, operationID, data, userIDs };
  }

  async function run(
    stored: StoredPush,
    save: (what: StoredPush) => Promise<void>,
  ): Promise<void> {
    const { considerAgain, tryAgain } = deps.offline();
    const goOn = async (): Promise<LaterPush | undefined> => {
      if (stored.later) return tryAgain(stored.later);
      const push = await load(stored);
      if (!push) return undefined;
      // Most of a group had a connection, and were not to be told.
      if (readMsgData(push.data).sessionType === SessionType.group)
        await deps.sleep(Math.max(0, startedAt + returnMs - deps.now()));
      return considerAgain(push);
    };
    const later = await goOn();
    if (!later) return;
    await save({ ...stored, later });
    const [first] = later.untold;
    throw new Error(`${first?.provider} is away`);
  }

  const kind = deps.followUps.define<StoredPush>("push", {
    isHeld: true,
    workers: 256,
    maxAgeMs: deps.sendWithin * 1_000,
    pausesMs,
    limits,
    run: (stored, { save }) => run(stored, save),
    dropped(reason, stored) {
      // What no row was written for is pushed all the same; what was tried is explained.
      if (!stored || reason !== "tooOld" || stored.later) return;
      load(stored)
        .then((push) => push && deps.offline().giveUp(push, "tooOld"))
        .catch(deps.failed);
    },
  });
  const whats = new WeakMap<Entry, StoredPush>();

  return {
    note(tx, message, seq, userIDs) {
      const { conversationID, operationID, sendID } = message;
      if (deps.offline().isReachedBy(userIDs, sendID)) return undefined;
      const view = readMsgData(message.unsealed);
      if (view.option(OptionKey.offlinePush) === false) return undefined;
      const what = { conversationID, seq, operationID };
      const entry = kind.add(tx, what, { userID: sendID });
      if (entry) whats.set(entry, what);
      return entry;
    },
    done({ offline }) {
      if (offline) kind.done(offline);
    },
    tryLater({ offline }, later) {
      const what = offline && whats.get(offline);
      if (!what) return false;
      kind
        .handOver(offline, later ? { ...what, later } : what, pausesMs[0] ?? 0)
        .catch(deps.failed);
      return true;
    },
  };
}
