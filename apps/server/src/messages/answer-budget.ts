import { MsgStatus } from "@parley/protocol/content-types";
import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import { all } from "../storage/engine.ts";
import type { Now, StoredMessage } from "../storage/engine.ts";
import { framed } from "./views.ts";
import type { Shown } from "./views.ts";
import type { Pulled } from "./pull.ts";

/** A range of messages of a conversation that an answer shall hold. */
export interface Plan extends Range {
  conversationID: string;
  isEnd: boolean;
}

export interface Range {
  first: number;
  last: number;
  read(first: number, last: number): Now<Shown>;
}

/** Yields parts of at most `chunk` messages, or one conversation. */
export function* partsOf(plans: readonly Plan[]): Generator<Plan[]> {
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

/** Reads the newest messages of all plans at once, then takes what fits the budget. */
export async function readPart(
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

export async function readPlan(
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

/** The bytes that are left in an answer. */
export interface Budget {
  bytes: number;
  /** A larger message fits no answer, even alone. */
  readonly most: number;
}

export const createBudget = (bytes: number): Budget => ({
  bytes,
  most: bytes - longestEntryBytes,
});

/** Size of an entry without messages: its id and framing. */
export const entryBytes = (conversationID: string): number =>
  3 * conversationID.length + 32;
const longestEntryBytes = 4_096;
/** Framing of one message, in bytes. */
const aroundMessage = 8;

/** Stands for a message that fits no answer, so that clients can read the ones before it. */
function placeholderOf({ data, seq }: StoredMessage): StoredMessage {
  const { sendTime } = readMsgData(data);
  const status = MsgStatus.deleted;
  return { seq, data: MsgData.encode({ seq, status, sendTime }) };
}

/** Messages read at a time, so that a long range is never in memory as a whole. */
const chunk = 500;

const readNewest = ({ first, last, read }: Range): Now<Shown> =>
  read(Math.max(first, last - chunk + 1), last);

/** Reads the newest messages that fit; clients can ask for the older ones again. */
export async function newestWithin(
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

/** Returns the newest messages that fit, and reduces the budget by their size. */
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
