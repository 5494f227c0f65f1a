import { OptionKey } from "@parley/protocol/content-types";
import { singleChatID } from "@parley/protocol/conversation-ids";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Now, StoredMessage } from "../storage/engine.ts";
import type { Push } from "./delivery.ts";

export interface InOrder {
  /**
   * Delivers the push in the order of its conversation's seqs, and only once to each user.
   * A message may come in several pushes, each for some of its receivers.
   */
  add(push: Push): void;
  /** Counts the seq of a message without receivers as delivered. */
  skip(push: Push): void;
  /** Returns the newest seq that was delivered on this node lately, if any. */
  last(conversationID: string): number | undefined;
  /**
   * Pushes of messages since this time, in ms since 1970, may have been lost: gaps before
   * new ones are read from the log. undefined: pushes come again.
   */
  doubt(since: number | undefined): void;
  close(): void;
}

export interface InOrderDeps {
  deliver(push: Push): void;
  /** Reads the messages with seqs from begin to end, both included, from the log. */
  read(
    conversationID: string,
    begin: number,
    end: number,
  ): Promise<StoredMessage[]>;
  membersOf(groupID: string): Now<readonly string[]>;
  failed(error: unknown): void;
  /** Timeout for missing earlier seqs, in ms. */
  holdMs?: number;
  elapsed(): number;
}

interface Line {
  /** Seqs up to this one were delivered, or are older than this line. */
  last: number;
  /** Something was delivered; until then a gap may be what others were shown. */
  isBegun: boolean;
  at: number;
  /** Pushes, by seq, that wait for smaller seqs. */
  held: Map<number, Push[]>;
  /** Of missing messages those since this time are delivered; 0: all. */
  from: number;
  /** Receivers of the newest messages, by seq; null: all members of the group. */
  got: Map<number, Set<string> | null>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Makes the push of a message that was read from the log, as the bus had lost it. */
function missed({ userIDs, groupID }: Push, data: Uint8Array) {
  const view = readMsgData(data);
  const isForSender = view.option(OptionKey.senderSync) ?? true;
  return {
    ...{ data, operationID: "", offline: undefined, isFromElsewhere: true },
    userIDs: isForSender
      ? userIDs
      : userIDs.filter((userID) => userID !== view.sendID),
    groupID: isForSender ? groupID : undefined,
  };
}

/**
 * A line whose last push is older than this begins anew: its receivers may have been on
 * other nodes meanwhile, so a gap does not mean that a push was lost.
 */
const freshMs = 3_000;
const mostLines = 50_000;
/** Most messages of a conversation whose receivers are kept. */
const mostKnown = 32;
/** Most messages of a conversation that are shown after a loss; clients pull the rest. */
export const mostMissed = 100;

/**
 * Puts the pushes of a conversation in order, as messages stored by several nodes may
 * arrive in another order. A push waits `holdMs` for missing seqs before it; what is still
 * missing then is read from the log.
 */
export function createInOrder({
  deliver,
  read,
  membersOf,
  failed,
  holdMs = 200,
  elapsed,
}: InOrderDeps): InOrder {
  const skipped = new WeakSet<Push>();
  /** The least recently used line comes first. */
  const lines = new Map<string, Line>();
  let lostSince: number | undefined;

  function lineOf({ conversationID, isClose }: Push, seq: number): Line {
    const known = lines.get(conversationID);
    lines.delete(conversationID);
    const isFresh =
      known &&
      (lostSince !== undefined ||
        known.held.size > 0 ||
        elapsed() - known.at < freshMs);
    const line: Line = isFresh
      ? known
      : {
          // The one before may be on its way, or have come before all that is known.
          last: isClose && known?.last !== seq - 1 ? seq - 2 : seq - 1,
          isBegun: false,
          ...{ at: 0, timer: undefined, from: 0 },
          ...{ held: new Map(), got: new Map() },
        };
    if (lostSince !== undefined) {
      line.from = lostSince;
      const oldest = Math.max(0, seq - 1 - mostMissed);
      if (line.held.size === 0)
        line.last = line.isBegun ? Math.max(line.last, oldest) : oldest;
      line.isBegun = true;
    }
    lines.set(conversationID, line);
    if (lines.size > mostLines) {
      const [oldest] = lines;
      if (oldest?.[1].held.size === 0) lines.delete(oldest[0]);
    }
    return line;
  }

  /** Delivers to the receivers who have not got this message yet. */
  function give(line: Line, push: Push, seq: number): void {
    if (skipped.has(push)) return;
    const got = line.got.get(seq);
    if (got === null) return;
    if (push.groupID !== undefined && !got?.size) {
      line.got.set(seq, null);
      return deliver(push);
    }
    const users = got ?? new Set<string>();
    const others = push.userIDs.filter((userID) => !users.has(userID));
    if (others.length === 0 && push.userIDs.length > 0) return;
    for (const userID of others) users.add(userID);
    line.got.set(seq, users);
    deliver(
      others.length === push.userIDs.length
        ? push
        : { ...push, userIDs: others },
    );
  }

  function pass(line: Line, seq: number, pushes: readonly Push[]): void {
    line.last = seq;
    line.isBegun = true;
    line.at = elapsed();
    line.got.delete(seq - mostKnown);
    for (const push of pushes) give(line, push, seq);
  }

  function passHeld(line: Line): void {
    for (;;) {
      const seq = line.last + 1;
      const next = line.held.get(seq);
      if (!next) break;
      line.held.delete(seq);
      pass(line, seq, next);
    }
    if (line.held.size > 0) return;
    clearTimeout(line.timer);
    line.timer = undefined;
  }

  /**
   * Adds the sender, whom a push without a copy for the sender leaves out: the messages
   * of others before it are for that user, too.
   */
  async function conversing(push: Push): Promise<Push> {
    const { conversationID, groupID, data } = push;
    if (groupID !== undefined) return push;
    const { sendID, recvID } = readMsgData(data);
    const others = conversationID.startsWith("sg_")
      ? await membersOf(conversationID.slice("sg_".length))
      : conversationID === singleChatID(sendID, recvID)
        ? [sendID]
        : [];
    return { ...push, userIDs: [...new Set([...push.userIDs, ...others])] };
  }

  /** Reads missing messages from the log after `holdMs`. */
  async function fill(conversationID: string, line: Line): Promise<void> {
    line.timer = undefined;
    const first = Math.min(...line.held.keys());
    const [push] = line.held.get(first) ?? [];
    const missing = line.isBegun
      ? await read(conversationID, line.last + 1, first - 1)
      : [];
    const whose = push && missing.length > 0 ? await conversing(push) : push;
    if (whose)
      for (const { seq, data } of missing)
        if (seq > line.last && readMsgData(data).sendTime >= line.from) {
          // Its own push may have come during the read, for others.
          const late = line.held.get(seq) ?? [];
          line.held.delete(seq);
          pass(line, seq, [...late, { ...whose, ...missed(whose, data) }]);
        }
    // The push may have come during the read; a deleted message is not in the log.
    if (line.last < first - 1 && line.held.has(first)) line.last = first - 1;
    for (const [seq, late] of line.held)
      if (seq <= line.last) {
        line.held.delete(seq);
        for (const each of late) give(line, each, seq);
      }
    passHeld(line);
    wait(conversationID, line);
  }

  function wait(conversationID: string, line: Line): void {
    if (line.held.size > 0)
      line.timer ??= setTimeout(
        () => void fill(conversationID, line).catch(failed),
        holdMs,
      );
  }

  function add(push: Push): void {
    const { seq } = readMsgData(push.data);
    // It is not stored, and only sent to users who are online.
    if (seq === 0) return deliver(push);
    const { conversationID } = push;
    const line = lineOf(push, seq);
    if (seq <= line.last) {
      if (seq > line.last - mostKnown) give(line, push, seq);
    } else if (seq === line.last + 1) {
      pass(line, seq, [push]);
      passHeld(line);
    } else {
      line.held.set(seq, [...(line.held.get(seq) ?? []), push]);
      wait(conversationID, line);
    }
  }

  return {
    add,
    skip(push) {
      if (readMsgData(push.data).seq === 0) return;
      const nothing = { ...push, userIDs: [], groupID: undefined };
      skipped.add(nothing);
      add(nothing);
    },
    last(conversationID) {
      const line = lines.get(conversationID);
      return line?.isBegun ? line.last : undefined;
    },
    doubt(since) {
      lostSince = since;
    },
    close() {
      for (const { timer } of lines.values()) clearTimeout(timer);
    },
  };
}
