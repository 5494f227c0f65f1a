import { expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { BusListener } from "../bus/bus.ts";
import type { Session } from "../gateway/sessions.ts";
import { watchBus } from "./catch-up.ts";

function open(shown: Record<string, number> = {}) {
  const listeners: Record<"down" | "up", () => void> = {
    down: () => undefined,
    up: () => undefined,
  };
  /** By conversation: seqs and the time of each. */
  const log: Record<string, [seq: number, time: number][]> = {};
  const pushed: string[] = [];
  const published: string[] = [];
  const doubts: (number | undefined)[] = [];
  let hear: BusListener = () => undefined;
  let time = 100_000;
  const watch = watchBus({
    bus: {
      onDown: (listener) => void (listeners.down = listener),
      onUp: (listener) => void (listeners.up = listener),
      isUp: () => true,
      publish: (subject, data) =>
        void published.push(`${subject} ${new TextDecoder().decode(data)}`),
      subscribe(_, listener) {
        hear = listener;
        return () => undefined;
      },
      flush: () => Promise.resolve(),
    },
    sessions: {
      all: () => ["ann", "ann", "bob"].map((userID) => ({ userID }) as Session),
    },
    newestSeqs: (userID) =>
      Promise.resolve(
        Object.entries(log)
          .filter(([id]) => id.includes(userID))
          .map(([conversationID, messages]) => {
            const [maxSeq = 0, maxSeqTime = 0] = messages.at(-1) ?? [];
            return { conversationID, maxSeq, maxSeqTime };
          }),
      ),
    read: (_, ranges) =>
      Promise.resolve(
        ranges.map(({ conversationID, begin, end }) => ({
          conversationID,
          messages: (log[conversationID] ?? [])
            .filter(([seq]) => seq >= begin && seq <= end)
            .map(([seq, sendTime]) => ({
              seq,
              data: MsgData.encode({ seq, sendTime }),
            })),
        })),
      ),
    last: (conversationID) => shown[conversationID],
    doubt: (since) => void doubts.push(since),
    show({ conversationID, data, userIDs }) {
      const { seq } = readMsgData(data);
      pushed.push(`${conversationID} ${seq} to ${userIDs.join()}`);
      shown[conversationID] = seq;
    },
    failed(error) {
      throw error;
    },
    now: () => time,
  });
  return {
    ...{ log, pushed, published, doubts, watch },
    async anotherIsBack(awayMs: number): Promise<void> {
      hear(new TextEncoder().encode(String(awayMs)), "back");
      await watch.caughtUp();
    },
    async away(ms: number): Promise<void> {
      listeners.down();
      time += ms;
      listeners.up();
      await watch.caughtUp();
    },
  };
}

test("of several members at a node only the first was shown what came while the bus was away", async () => {
  const { log, pushed, away } = open({ si_ann_bob: 2 });
  log["si_ann_bob"] = [
    [1, 10_000],
    [2, 99_000],
    [3, 101_000],
    [4, 102_000],
  ];
  log["si_ann_carl"] = [
    [7, 5_000],
    [8, 103_000],
  ];
  log["si_ann_dora"] = [[9, 6_000]];
  await away(5_000);
  expect(pushed).toEqual([
    "si_ann_bob 3 to ann,bob",
    "si_ann_bob 4 to ann,bob",
    "si_ann_carl 8 to ann",
  ]);
});

test("nothing is shown again when the bus was there all the time", async () => {
  const { log, pushed, away } = open({ si_ann_bob: 1 });
  log["si_ann_bob"] = [[1, 100_000]];
  await away(1);
  expect(pushed).toEqual([]);
});

test("what another node stored while it was away was shown to nobody here", async () => {
  const { log, pushed, anotherIsBack } = open({ si_ann_bob: 1 });
  log["si_ann_bob"] = [
    [1, 80_000],
    [2, 99_000],
  ];
  await anotherIsBack(2_000);
  expect(pushed).toEqual(["si_ann_bob 2 to ann,bob"]);
});

test("a node that is back tells the others for how long it was away, and doubts until it caught up", async () => {
  const { published, doubts, away } = open();
  await away(5_000);
  expect(published).toEqual(["back 5000"]);
  expect(doubts).toEqual([90_000, 90_000, undefined]);
});

test("of a long absence the newest messages are shown", async () => {
  const { log, pushed, away } = open();
  log["si_bob_carl"] = Array.from({ length: 300 }, (_, i) => [i + 1, 100_001]);
  await away(60_000);
  expect(pushed.length).toBe(100);
  expect(pushed[0]).toBe("si_bob_carl 201 to bob");
});
