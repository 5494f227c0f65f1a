import { MsgStatus, PullOrder } from "@parley/protocol/content-types";
import {
  isNotificationID,
  notificationTwin,
} from "@parley/protocol/conversation-ids";
import { errors } from "@parley/protocol/errors";
import { MsgData } from "@parley/protocol/generated/sdkws";
import type { SeqRange } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Counters } from "../message-log/heads.ts";
import type { MessageLog } from "../message-log/log.ts";
import { all } from "../storage/engine.ts";
import type { Now, StoredMessage } from "../storage/engine.ts";
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

/** Messages of one conversation that are to be read. */
interface Plan extends Range {
  conversationID: string;
  isEnd: boolean;
}

interface Range {
  first: number;
  last: number;
  read(first: number, last: number): Now<Shown>;
}

/** Conversations of which the newest messages are looked at at a time. */
const lookedAt = 25;
/** Ranges whose bounds are looked up at a time. */
const planned = 100;

/** Yields parts of at most `chunk` messages, or one conversation. */
function* partsOf(plans: readonly Plan[]): Generator<Plan[]> {
  let part: Plan[] = [];
  let size = 0;
  for (const plan of plans) {
    const count = plan.last - plan.first + 1;
    if (part.length > 0 && size + count > chunk) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(plan);
    size += count;
  }
  if (part.length > 0) yield part;
}

/** All at once, as far as memory goes; then what fits, one after the other. */
async function readPart(
  part: readonly Plan[],
  budget: Budget,
): Promise<Pulled[]> {
  const newest = await all(part.map(readNewest));
  const pulled: Pulled[] = [];
  for (const [at, plan] of part.entries()) {
    const found = await readPlan(plan, budget, newest[at]);
    if (found) pulled.push(found);
  }
  return pulled;
}

async function readPlan(
  plan: Plan,
  budget: Budget,
  newest?: Shown,
): Promise<Pulled | undefined> {
  if (budget.bytes <= 0) return undefined;
  const { conversationID, isEnd } = plan;
  budget.bytes -= entryBytes(conversationID);
  const { messages, framed } = await newestWithin(plan, budget, newest);
  if (messages.length === 0) return undefined;
  return { conversationID, messages, framed, isEnd, endSeq: 0 };
}

/** Space that an answer has left. */
interface Budget {
  bytes: number;
  /** A larger message is in no answer, however little it holds besides. */
  readonly most: number;
}

const createBudget = (bytes: number): Budget => ({
  bytes,
  most: bytes - longestEntryBytes,
});

/** Size of an entry without messages: its id and framing. */
const entryBytes = (conversationID: string): number =>
  3 * conversationID.length + 32;
const longestEntryBytes = 4_096;
/** Framing of one message, in bytes. */
const aroundMessage = 8;

/** Stands for what no answer can hold, so that it holds up nothing before it. */
function placeholderOf({ data, seq }: StoredMessage): StoredMessage {
  const { sendTime } = readMsgData(data);
  const status = MsgStatus.deleted;
  return { seq, data: MsgData.encode({ seq, status, sendTime }) };
}

/** Read at a time, so that a long range is never in memory as a whole. */
const chunk = 500;

const readNewest = ({ first, last, read }: Range): Now<Shown> =>
  read(Math.max(first, last - chunk + 1), last);

/** The older ones can be asked for again; clients count from the newest. */
async function newestWithin(
  range: Range,
  budget: Budget,
  newest?: Shown,
): Promise<Shown> {
  const { first, last, read } = range;
  if (budget.bytes <= 0) return framed([]);
  const shown = newestOf(newest ?? (await readNewest(range)), budget);
  if (last - first < chunk) return shown;
  const chunks = [shown];
  for (let to = last - chunk; to >= first && budget.bytes > 0; to -= chunk)
    chunks.unshift(
      newestOf(await readNewest({ first, last: to, read }), budget),
    );
  return {
    messages: chunks.flatMap(({ messages }) => messages),
    framed: Buffer.concat(chunks.map((each) => each.framed)),
  };
}

/** Takes the room of what it returns from the budget. */
function newestOf(shown: Shown, budget: Budget): Shown {
  const { length } = shown.framed;
  if (length <= Math.min(budget.bytes, budget.most)) {
    budget.bytes -= length;
    return shown;
  }
  const messages = [];
  for (const found of shown.messages.toReversed()) {
    const message =
      found.data.length > budget.most ? placeholderOf(found) : found;
    budget.bytes -= message.data.length + aroundMessage;
    if (budget.bytes < 0) break;
    messages.unshift(message);
  }
  return framed(messages);
}
