import { PullOrder } from "@parley/protocol/content-types";
import {
  isNotificationID,
  notificationTwin,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import type { SeqRange } from "@parley/protocol/generated/sdkws";

import type { Counters } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { StoredMessage } from "../storage/engine.ts";
import { markBits } from "../message-log/mark-bits.ts";
import { readUpTo } from "./access.ts";
import type { MessageAccess } from "./access.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import { shareTurns } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";
import { toRanges } from "./marks.ts";
import type { SeqSpan } from "./marks.ts";
import { framed } from "./views.ts";
import type { Shown, Views } from "./views.ts";
import {
  createBudget,
  entryBytes,
  newestWithin,
  partsOf,
  readPart,
  readPlan,
} from "./answer-budget.ts";
import type { Budget, Plan, Range } from "./answer-budget.ts";

/** Messages of one conversation, as a pull answers them. */
export interface Pulled extends Shown {
  conversationID: string;
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
  /** 1001: the newest seq of everything the user can see, and when it came. */
  newestSeqs(
    userID: string,
  ): Promise<Pick<Counters, "conversationID" | "maxSeq" | "maxSeqTime">[]>;
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
  /**
   * Returns unread counts. COMPAT: deleted messages count, as in OpenIM; if all
   * are deleted, nothing is unread.
   */
  unread(
    userID: string,
    states: ReadonlyMap<string, SeqState>,
  ): Promise<Map<string, number>>;
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
  access: MessageAccess;
  views: Views;
  userSeqs: UserSeqs;
  /** Counts the messages in each span that were deleted for the user. */
  countGone(userID: string, spans: readonly SeqSpan[]): Promise<number[]>;
  listBounds(
    userID: string,
    conversationIDs?: readonly string[],
  ): Promise<{ conversationID: string; maxSeq: number; isPinned: boolean }[]>;
}

/** Number of conversations whose newest messages are read at a time. */
const lookedAt = 25;
/** Number of ranges whose bounds are read at a time. */
const planned = 100;
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

  /** Cuts a range to what the user may read; undefined: nothing. */
  async function planOf(
    userID: string,
    { conversationID, begin, end, num }: SeqRange,
    order: number,
  ): Promise<Plan | undefined> {
    const window = await access.windowOf(userID, conversationID);
    if (!window || window.min > end) return undefined;
    const { head, reader, min, max } = window;
    const from = Math.max(begin, min, 1);
    const last = Math.min(end, max);
    const limit = isNotificationID(conversationID)
      ? maxMessages
      : Math.min(num, maxMessages);
    if (last < from || limit <= 0) return undefined;
    return {
      conversationID,
      first: Math.max(from, last - limit + 1),
      last,
      isEnd: order === PullOrder.desc ? begin <= min : max <= end,
      read: (first, last) => views.range(reader, head, first, last),
    };
  }

  async function bySeqList(
    userID: string,
    conversationID: string,
    seqs: readonly number[],
    order: number,
    budget: Budget,
    others: () => Promise<void> | undefined,
  ): Promise<Pulled> {
    const window = await access.windowOf(userID, conversationID);
    const { min, max } = window ?? { min: 0, max: 0 };
    const inBounds = seqs.filter(
      (seq) => seq >= Math.max(min, 1) && seq <= max,
    );
    const found = new Map<number, StoredMessage>();
    if (window)
      for (const { from, to } of toRanges(inBounds)) {
        await others();
        const range: Range = {
          first: from,
          last: to,
          read: (a, b) => views.range(window.reader, window.head, a, b),
        };
        const shown = await newestWithin(range, budget);
        for (const each of shown.messages) found.set(each.seq, each);
      }
    const isPast =
      order === PullOrder.desc
        ? seqs.some((seq) => seq < min)
        : seqs.some((seq) => seq > max);
    return {
      conversationID,
      ...framed(inBounds.flatMap((seq) => found.get(seq) ?? [])),
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
      return headsOf([...ids, `n_${userID}_${userID}`]);
    },

    async byRanges(userID, ranges, order, maxBytes) {
      const budget = createBudget(maxBytes);
      const [only] = ranges;
      if (only && ranges.length === 1) {
        const plan = await planOf(userID, only, order);
        const found = plan && (await readPlan(plan, budget));
        return found ? [found] : [];
      }
      // The later of two ranges of one conversation counts.
      const wanted = new Map(ranges.map((each) => [each.conversationID, each]));
      const pulled: Pulled[] = [];
      const others = shareTurns();
      for (const some of chunksOf([...wanted.values()], planned)) {
        const plans = await Promise.all(
          some.map((range) => planOf(userID, range, order)),
        );
        for (const part of partsOf(
          plans.filter((plan) => plan !== undefined),
        )) {
          if (budget.bytes <= 0) return pulled;
          await others();
          pulled.push(...(await readPart(part, budget)));
        }
      }
      return pulled;
    },

    async bySeqs(userID, wanted, order, maxBytes) {
      const budget = createBudget(maxBytes);
      const pulled: Pulled[] = [];
      const others = shareTurns();
      for (const { conversationID, seqs } of wanted) {
        budget.bytes -= entryBytes(conversationID);
        if (seqs.length > maxMessages)
          throw errors.args(`more than ${maxMessages} seqs`);
        pulled.push(
          await bySeqList(userID, conversationID, seqs, order, budget, others),
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
      const heads = await log.countersOf(ids);
      const sentSeq = await log.sentSeqs(userID, heads);
      for (const head of heads) {
        const { conversationID, maxSeqTime } = head;
        const bounds = seqs.get(conversationID);
        const minSeq = Math.max(head.minSeq, bounds?.minSeq ?? 0);
        // A row that was made again after its owner left has no bound.
        const maxSeq =
          own.get(conversationID)?.maxSeq || bounds?.maxSeq || head.maxSeq;
        states.set(conversationID, {
          minSeq,
          maxSeq,
          hasReadSeq: readUpTo(Math.max(bounds?.readSeq ?? 0, sentSeq(head)), {
            minSeq,
            maxSeq,
          }),
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

    async unread(userID, states) {
      const counts = new Map<string, number>();
      for (const [id, { maxSeq, hasReadSeq }] of states)
        if (maxSeq > hasReadSeq) counts.set(id, maxSeq - hasReadSeq);
      const altered = (await log.countersOf([...counts.keys()])).filter(
        ({ marks }) => (marks & markBits.goneOrRevoked) !== 0,
      );
      for (const heads of chunksOf(altered)) {
        const spans = heads.map(({ id, conversationID }) => {
          const { minSeq, maxSeq } = states.get(conversationID) ?? nothing;
          return { headID: id, begin: Math.max(1, minSeq), end: maxSeq };
        });
        const gone = await deps.countGone(userID, spans);
        for (const [at, { begin, end }] of spans.entries())
          if (gone[at] === end - begin + 1)
            counts.delete(heads[at]?.conversationID ?? "");
      }
      return counts;
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
      const others = shareTurns();
      const wanted = [...new Set(conversationIDs)].filter(
        (conversationID) => !isNotificationID(conversationID),
      );
      for (const some of chunksOf(wanted, lookedAt)) {
        await others();
        const messages = await Promise.all(
          some.map(async (conversationID) => {
            const window = await access.windowOf(userID, conversationID);
            if (!window) return undefined;
            const { head, reader, min, max } = window;
            return views.newest(reader, head, min, max);
          }),
        );
        for (const [at, conversationID] of some.entries()) {
          const message = messages[at];
          const size = (message?.data.length ?? 0) + entryBytes(conversationID);
          if (!message || size > left) continue;
          left -= size;
          found.set(conversationID, message);
        }
      }
      return found;
    },
  };
}
