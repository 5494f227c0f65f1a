import { expect, test } from "bun:test";

import { singleChatID } from "@parley/protocol/conversation-ids";

import { Admin, Client, textOf } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

/** What a sender was told, by text. */
type Acked = Map<string, { serverMsgID: string; sendTime: number }>;

const pairs = 6;

interface Pair {
  sender: string;
  receiver: string;
  tokens: { sender: string; receiver: string };
  conversationID: string;
  acked: Acked;
  said: number;
}

async function createPairs(server: RunningServer): Promise<Pair[]> {
  const admin = await Admin.signIn(server.api);
  return Promise.all(
    Array.from({ length: pairs }, async () => {
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
        said: 0,
      };
    }),
  );
}

/** Speaks until the connection ends; remembers what was acknowledged. */
async function speak(
  server: RunningServer,
  pair: Pair,
  acknowledged: () => void,
): Promise<void> {
  const client = await Client.connect(
    server.ws,
    pair.sender,
    pair.tokens.sender,
  );
  const window = Array.from({ length: 4 }, async () => {
    while (!client.isClosed) {
      const text = `m${pair.said++}`;
      const ack = await client
        .say(pair.receiver, text, { clientMsgID: `${pair.sender}-${text}` })
        .catch(() => undefined);
      if (!ack) continue;
      pair.acked.set(text, ack);
      acknowledged();
    }
  });
  await Promise.all(window);
}

/** A count to wait for. */
function countdown(from: number): { step(): void; reached: Promise<void> } {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let left = from;
  return {
    step() {
      if (--left === 0) resolve();
    },
    reached,
  };
}

/** Everything acknowledged is there once, in order, with seqs from 1. */
async function verify(server: RunningServer, pair: Pair): Promise<number> {
  await using reader = await Client.connect(
    server.ws,
    pair.receiver,
    pair.tokens.receiver,
  );
  const maxSeq = (await reader.newestSeqs())[pair.conversationID] ?? 0;
  const messages = await reader.pull(pair.conversationID, 1, maxSeq);
  expect(messages.map(({ seq }) => seq)).toEqual(
    Array.from({ length: maxSeq }, (_, i) => i + 1),
  );
  const stored = new Map(messages.map((each) => [textOf(each), each]));
  expect(stored.size).toBe(messages.length);
  for (const [text, ack] of pair.acked) {
    const { serverMsgID, sendTime } = stored.get(text) ?? {};
    expect({ serverMsgID, sendTime }).toEqual({
      serverMsgID: ack.serverMsgID,
      sendTime: ack.sendTime,
    });
  }
  return maxSeq;
}

test("kill -9 under load loses, doubles and reorders nothing that was acknowledged", async () => {
  await using server = await startServer();
  const all = await createPairs(server);
  for (let round = 0; round < 5; round++) {
    // Somewhere in the middle of it: another place in each round.
    const enough = countdown(40 + round * 67);
    const speaking = all.map((pair) => speak(server, pair, enough.step));
    await enough.reached;
    await server.kill();
    await Promise.all(speaking);
    await server.start();
    for (const pair of all) await verify(server, pair);
  }

  // What was sent without an answer may be sent again: it is there once.
  for (const pair of all) {
    await using client = await Client.connect(
      server.ws,
      pair.sender,
      pair.tokens.sender,
    );
    for (let i = 0; i < pair.said; i++) {
      const text = `m${i}`;
      const clientMsgID = `${pair.sender}-${text}`;
      const ack = await client.say(pair.receiver, text, { clientMsgID });
      const first = pair.acked.get(text);
      if (first) expect(ack.serverMsgID).toBe(first.serverMsgID);
      pair.acked.set(text, ack);
    }
    expect(await verify(server, pair)).toBe(pair.said);
  }
}, 120_000);

test("SIGTERM under load answers what it accepted and ends with 0", async () => {
  await using server = await startServer();
  const all = await createPairs(server);
  const codes: number[] = [];
  const listeners = await Promise.all(
    all.map((pair) =>
      Client.connect(server.ws, pair.receiver, pair.tokens.receiver),
    ),
  );
  const enough = countdown(150);
  const speaking = all.map((pair) => speak(server, pair, enough.step));
  await enough.reached;
  expect(await server.stop()).toBe(0);
  await Promise.all(speaking);
  for (const listener of listeners) codes.push(await listener.closed());
  expect(new Set(codes)).toEqual(new Set([1001]));
  await server.start();
  for (const pair of all) await verify(server, pair);
}, 60_000);

test("a second process on the same data says which folder is taken", async () => {
  await using server = await startServer();
  const second = await startServer({ dataFolder: server.dataFolder }).then(
    () => "it started",
    String,
  );
  expect(second).toContain(`${server.dataFolder} is in use by another Parley`);
});
