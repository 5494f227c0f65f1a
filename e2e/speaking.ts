import { singleChatID } from "@parley/protocol/conversation-ids";
import { expect } from "bun:test";

import { Admin, Client, RequestError, textOf } from "./client.ts";
import type { RunningServer } from "./server.ts";

/** Acknowledgements by text. */
export type Acked = Map<string, { serverMsgID: string; sendTime: number }>;

/** Somebody who speaks, and whom to. */
export interface Pair {
  sender: string;
  receiver: string;
  tokens: { sender: string; receiver: string };
  conversationID: string;
  acked: Acked;
  /** Errors that came instead, by code. */
  refused: Map<number, number>;
  /** Texts of which the sender heard that nothing was changed. */
  denied: Set<string>;
  /** Texts m0, m1, … that were sent. */
  said: number;
}

export async function createPairs(
  server: RunningServer,
  count: number,
): Promise<Pair[]> {
  const admin = await Admin.signIn(server.api);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const [sender = "", receiver = ""] = await admin.users("ann", "bob");
      return {
        sender,
        receiver,
        tokens: {
          sender: await admin.tokenOf(sender),
          receiver: await admin.tokenOf(receiver),
        },
        conversationID: singleChatID(sender, receiver),
        acked: new Map(),
        refused: new Map(),
        denied: new Set(),
        said: 0,
      };
    }),
  );
}

export interface SpeakOptions {
  acknowledged?(): void;
  refused?(code: number): void;
  /** Looked at before each message. */
  isEnough?(): boolean;
  /** Messages on their way at once. */
  window?: number;
}

const idOf = ({ sender }: Pair, text: string): string => `${sender}-${text}`;

/** Speaks until the connection ends; remembers what was acknowledged. */
export async function speak(
  server: RunningServer,
  pair: Pair,
  { acknowledged, refused, isEnough, window = 4 }: SpeakOptions = {},
): Promise<void> {
  const client = await Client.connect(
    server.ws,
    pair.sender,
    pair.tokens.sender,
  );
  async function goOn(): Promise<void> {
    while (!client.isClosed && !isEnough?.()) {
      const text = `m${pair.said++}`;
      try {
        const clientMsgID = idOf(pair, text);
        pair.acked.set(
          text,
          await client.say(pair.receiver, text, { clientMsgID }),
        );
        acknowledged?.();
      } catch (error) {
        if (!(error instanceof RequestError)) continue;
        pair.denied.add(text);
        pair.refused.set(error.code, (pair.refused.get(error.code) ?? 0) + 1);
        refused?.(error.code);
      }
    }
  }
  await Promise.all(Array.from({ length: window }, goOn));
  await client[Symbol.asyncDispose]();
}

/** Pulled at once: an answer holds a megabyte at most. */
const page = 500;

/**
 * Everything acknowledged is there once, in order, with seqs from 1; answers
 * how many messages there are.
 */
export async function verifyPair(
  server: RunningServer,
  pair: Pair,
): Promise<number> {
  await using reader = await Client.connect(
    server.ws,
    pair.receiver,
    pair.tokens.receiver,
  );
  const maxSeq = (await reader.newestSeqs())[pair.conversationID] ?? 0;
  const messages = [];
  for (let seq = 1; seq <= maxSeq; seq += page)
    messages.push(
      ...(await reader.pull(
        pair.conversationID,
        seq,
        Math.min(maxSeq, seq + page - 1),
      )),
    );
  expect(messages.map(({ seq }) => seq)).toEqual(
    Array.from({ length: maxSeq }, (_, i) => i + 1),
  );
  const stored = new Map(messages.map((each) => [textOf(each), each]));
  expect(stored.size).toBe(messages.length);
  for (const [text, ack] of pair.acked) {
    const { serverMsgID, sendTime } = stored.get(text) ?? {};
    expect({ text, serverMsgID, sendTime }).toEqual({
      text,
      serverMsgID: ack.serverMsgID,
      sendTime: ack.sendTime,
    });
  }
  for (const text of pair.denied) expect(stored.keys()).not.toContain(text);
  return maxSeq;
}

/** Says everything again that was ever said: nothing of it is there twice. */
export async function sayAllAgain(
  server: RunningServer,
  pair: Pair,
): Promise<void> {
  await using client = await Client.connect(
    server.ws,
    pair.sender,
    pair.tokens.sender,
  );
  for (let i = 0; i < pair.said; i++) {
    const text = `m${i}`;
    const clientMsgID = idOf(pair, text);
    const ack = await client.say(pair.receiver, text, { clientMsgID });
    const first = pair.acked.get(text);
    if (first) expect(ack.serverMsgID).toBe(first.serverMsgID);
    pair.acked.set(text, ack);
    pair.denied.delete(text);
  }
  expect(await verifyPair(server, pair)).toBe(pair.said);
}

/** A count to wait for. */
export function countdown(from: number): {
  step(): void;
  reached: Promise<void>;
} {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let left = from;
  return {
    step() {
      if (--left === 0) resolve();
    },
    reached,
  };
}
