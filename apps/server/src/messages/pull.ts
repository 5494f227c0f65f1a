import { PullOrder } from "@parley/protocol/content-types";
import {
  isNotificationID,
  notificationTwin,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { SeqRange } from "@parley/protocol/generated/sdkws";

import type { Access } from "./access.ts";
import type { Counters } from "./heads.ts";
import type { MessageLog, StoredMessage } from "./log.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import { toRanges } from "./marks.ts";
import type { Views } from "./views.ts";

/** Messages of one conversation, as a pull answers them. */
export interface Pulled {
  conversationID: string;
  messages: StoredMessage[];
  isEnd: boolean;
  endSeq: number;
}

export interface SeqState {
  /** First readable seq; 0 = no bound. */
  minSeq: number;
  maxSeq: number;
  hasReadSeq: number;
  maxSeqTime: number;
}

export interface Pulling {
  /** 1001: the newest seq of everything the user can see. */
  newestSeqs(userID: string): Promise<Map<string, number>>;
  /** 1002. Of more than `maxBytes` the newest of each conversation go. */
  byRanges(
    userID: string,
    ranges: readonly SeqRange[],
    order: number,
    maxBytes: number,
  ): Promise<Pulled[]>;
  /**
   * 1005: an entry for every conversation that was asked for; what does not
   * fit in `maxBytes` is left out of it.
   */
  bySeqs(
    userID: string,
    wanted: readonly { conversationID: string; seqs: readonly number[] }[],
    order: number,
    maxBytes: number,
  ): Promise<Pulled[]>;
  /** 1006; without ids all of the user's. */
  seqStates(
    userID: string,
    conversationIDs: readonly string[],
  ): Promise<Map<string, SeqState>>;
  /** The user's conversations without a message since `time`. */
  quietSince(userID: string, time: number): Promise<string[]>;
  /** Ids of the conversations the user pinned. */
  pinned(userID: string): Promise<string[]>;
  /**
   * 1007: conversations without a message are left out, and those whose
   * message does not fit in `maxBytes` with the ones before it.
   */
  newest(
    userID: string,
    conversationIDs: readonly string[],
    maxBytes?: number,
  ): Promise<Map<string, StoredMessage>>;
}

export interface PullingDeps {
  log: MessageLog;
  access: Access;
  views: Views;
  userSeqs: UserSeqs;
  listBounds(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<{ conversationID: string; maxSeq: number; isPinned: boolean }[]>;
}

/** No answer holds more messages of one conversation than this. */
const maxMessages = 10_000;
const nothing: SeqState = {
  minSeq: 0,
  maxSeq: 0,
  hasReadSeq: 0,
  maxSeqTime: 0,
};

export function createPulling(deps: PullingDeps): Pulling {
  const { log, access, views } = deps;

  async function byRange(
    userID: string,
    { conversationID, begin, end, num }: SeqRange,
    order: number,
    budget: Budget,
  ): Promise<Pulled | undefined> {
    const window = await access.windowOf(userID, conversationID);
    if (!window || window.min > end) return undefined;
    const { head, reader, min, max } = window;
    const first = Math.max(begin, min, 1);
    const last = Math.min(end, max);
    const limit = isNotificationID(conversationID)
      ? maxMessages
      : Math.min(num, maxMessages);
    if (last < first || limit <= 0) return undefined;
    const messages = await newestWithin(
      budget,
      Math.max(first, last - limit + 1),
      last,
      (from, to) => views.range(reader, head, from, to),
    );
    if (messages.length === 0) return undefined;
    const isEnd = order === PullOrder.desc ? begin <= min : max <= end;
    return { conversationID, messages, isEnd, endSeq: 0 };
  }

  async function bySeqList(
    userID: string,
    conversationID: string,
    seqs: readonly number[],
    order: number,
    budget: Budget,
  ): Promise<Pulled> {
    const window = await access.windowOf(userID, conversationID);
    const { min, max } = window ?? { min: 0, max: 0 };
    const inBounds = seqs.filter(
      (seq) => seq >= Math.max(min, 1) && seq <= max,
    );
    const found = new Map<number, StoredMessage>();
    if (window)
      for (const { from, to } of toRanges(inBounds))
        for (const each of await newestWithin(budget, from, to, (a, b) =>
          views.range(window.reader, window.head, a, b),
        ))
          found.set(each.seq, each);
    const isPast =
      order === PullOrder.desc
        ? seqs.some((seq) => seq < min)
        : seqs.some((seq) => seq > max);
    return {
      conversationID,
      messages: inBounds.flatMap((seq) => found.get(seq) ?? []),
      isEnd: isPast,
      endSeq: isPast ? (order === PullOrder.desc ? min : max) : 0,
    };
  }

  async function headsOf(ids: readonly string[]): Promise<Counters[]> {
    const heads = await log.countersOf(ids);
    return heads.filter(({ maxSeq }) => maxSeq > 0);
  }

  return {
    async newestSeqs(userID) {
      const rows = await deps.listBounds(userID);
      const ids = rows.flatMap(({ conversationID }) => [
        conversationID,
        notificationTwin(conversationID),
      ]);
      const heads = await headsOf([...ids, `n_${userID}_${userID}`]);
      return new Map(
        heads.map(({ conversationID, maxSeq }) => [conversationID, maxSeq]),
      );
    },

    async byRanges(userID, ranges, order, maxBytes) {
      // Of two ranges of one conversation the later counts.
      const wanted = new Map(ranges.map((each) => [each.conversationID, each]));
      const budget = { bytes: maxBytes };
      const pulled: Pulled[] = [];
      for (const range of wanted.values()) {
        if (budget.bytes <= 0) break;
        const found = await byRange(userID, range, order, budget);
        if (found) pulled.push(found);
      }
      return pulled;
    },

    async bySeqs(userID, wanted, order, maxBytes) {
      const budget = { bytes: maxBytes };
      const pulled: Pulled[] = [];
      for (const { conversationID, seqs } of wanted) {
        if (seqs.length > maxMessages)
          throw errors.args(`more than ${maxMessages} seqs`);
        pulled.push(
          await bySeqList(userID, conversationID, seqs, order, budget),
        );
      }
      return pulled;
    },

    async seqStates(userID, conversationIDs) {
      const isAll = conversationIDs.length === 0;
      const rows = await deps.listBounds(
        userID,
        isAll ? undefined : conversationIDs,
      );
      const ids = rows.map(({ conversationID }) => conversationID);
      const own = new Map(rows.map((row) => [row.conversationID, row]));
      const noticeIDs = conversationIDs.filter(isNotificationID);
      const seqs = await deps.userSeqs.list(
        userID,
        isAll ? undefined : [...ids, ...noticeIDs],
      );
      const states = new Map<string, SeqState>(
        (isAll ? ids : conversationIDs).map((id) => [id, nothing]),
      );
      for (const head of await log.countersOf(ids)) {
        const { conversationID, maxSeqTime } = head;
        const bounds = seqs.get(conversationID);
        const readSeq = bounds?.readSeq ?? 0;
        states.set(conversationID, {
          minSeq: Math.max(head.minSeq, bounds?.minSeq ?? 0),
          // A row that was made again after its owner left has no bound.
          maxSeq:
            own.get(conversationID)?.maxSeq || bounds?.maxSeq || head.maxSeq,
          hasReadSeq: Math.max(readSeq, log.sentSeq(head, userID)),
          maxSeqTime,
        });
      }
      for (const id of noticeIDs) {
        const window = await access.windowOf(userID, id);
        if (!window) continue;
        states.set(id, {
          minSeq: window.min,
          maxSeq: window.max,
          hasReadSeq: seqs.get(id)?.readSeq ?? 0,
          maxSeqTime: window.head.maxSeqTime,
        });
      }
      return states;
    },

    async quietSince(userID, time) {
      const rows = await deps.listBounds(userID);
      const ids = rows.map(({ conversationID }) => conversationID);
      return (await headsOf(ids))
        .filter(({ maxSeqTime }) => maxSeqTime < time)
        .map(({ conversationID }) => conversationID);
    },

    async pinned(userID) {
      const rows = await deps.listBounds(userID);
      return rows
        .filter(({ isPinned }) => isPinned)
        .map(({ conversationID }) => conversationID);
    },

    async newest(userID, conversationIDs, maxBytes = Infinity) {
      const found = new Map<string, StoredMessage>();
      let left = maxBytes;
      for (const conversationID of new Set(conversationIDs)) {
        if (isNotificationID(conversationID)) continue;
        const window = await access.windowOf(userID, conversationID);
        if (!window) continue;
        const { head, reader, min, max } = window;
        const message = await views.newest(reader, head, min, max);
        if (!message || message.data.length > left) continue;
        left -= message.data.length;
        found.set(conversationID, message);
      }
      return found;
    },
  };
}

/** What one answer may still hold. */
interface Budget {
  bytes: number;
}

/** Read at a time, so that a long range is never in memory as a whole. */
const chunk = 500;

/** The older ones can be asked for again; clients count from the newest. */
async function newestWithin(
  budget: Budget,
  first: number,
  last: number,
  read: (from: number, to: number) => Promise<StoredMessage[]>,
): Promise<StoredMessage[]> {
  const chunks: StoredMessage[][] = [];
  for (let to = last; to >= first && budget.bytes > 0; to -= chunk) {
    const messages = await read(Math.max(first, to - chunk + 1), to);
    let from = messages.length;
    for (; from > 0; from--) {
      budget.bytes -= messages[from - 1]?.data.length ?? 0;
      if (budget.bytes < 0) break;
    }
    chunks.unshift(from === 0 ? messages : messages.slice(from));
  }
  return chunks.flat();
}
