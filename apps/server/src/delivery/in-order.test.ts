import { afterEach, expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import type { Push } from "./delivery.ts";
import { createInOrder } from "./in-order.ts";
import type { InOrder } from "./in-order.ts";

let time = 0;
let delivered: string[] = [];
let receivers: readonly string[] = [];
let inLog: number[] = [];
/** Resolves with the next range that is read from the log. */
let asked = Promise.withResolvers<string>();
let line: InOrder;

const dataOf = (seq: number) => MsgData.encode({ seq });

function begin(holdMs = 1): void {
  time = 0;
  delivered = [];
  inLog = [];
  asked = Promise.withResolvers();
  line = createInOrder({
    deliver({ data, userIDs, groupID }) {
      receivers = userIDs;
      delivered.push(`${readMsgData(data).seq} ${groupID ?? userIDs.join()}`);
    },
    read(_, from, to) {
      asked.resolve(`${from}-${to}`);
      return Promise.resolve(
        inLog
          .filter((seq) => seq >= from && seq <= to)
          .map((seq) => ({ seq, data: dataOf(seq) })),
      );
    },
    membersOf: () => [],
    failed(error) {
      throw error;
    },
    holdMs,
    elapsed: () => time,
  });
}

afterEach(() => line.close());

const add = (seq: number, userIDs = ["bob"], more: Partial<Push> = {}) =>
  line.add({
    ...{ conversationID: "si_ann_bob", operationID: "op", userIDs },
    ...{ data: dataOf(seq), ...more },
  });

test("what overtook another waits for it", () => {
  begin(60_000);
  for (const seq of [7, 9, 10, 8, 11]) add(seq);
  expect(delivered).toEqual(["7 bob", "8 bob", "9 bob", "10 bob", "11 bob"]);
  expect(line.last("si_ann_bob")).toBe(11);
});

test("what does not come is read from the log", async () => {
  begin();
  inLog = [8, 9];
  add(7);
  add(10);
  expect(await asked.promise).toBe("8-9");
  while (delivered.length < 4) await Promise.resolve();
  expect(delivered).toEqual(["7 bob", "8 bob", "9 bob", "10 bob"]);
  add(9);
  expect(delivered.length).toBe(4);
});

test("a sender who wanted no copy got one when it was read from the log", async () => {
  begin();
  const data = MsgData.encode({
    ...{ seq: 8, sendID: "ann", options: { senderSync: false } },
  });
  line.close();
  line = createInOrder({
    deliver: ({ userIDs }) => void delivered.push(userIDs.join()),
    read: () => Promise.resolve([{ seq: 8, data }]),
    membersOf: () => [],
    failed(error) {
      throw error;
    },
    ...{ holdMs: 1, elapsed: () => 0 },
  });
  add(7, ["ann", "bob"]);
  add(9, ["ann", "bob"]);
  while (delivered.length < 3) await Bun.sleep(1);
  expect(delivered).toEqual(["ann,bob", "bob", "ann,bob"]);
});

test("what is not in the log either is gone, and nobody waits for it", async () => {
  begin();
  add(7);
  add(9);
  await asked.promise;
  while (delivered.length < 2) await Promise.resolve();
  expect(delivered).toEqual(["7 bob", "9 bob"]);
});

test("a message that came twice is delivered once to each of its receivers", () => {
  begin();
  add(7, ["ann"]);
  add(7, ["bob"]);
  add(7, ["ann", "bob"]);
  add(8, ["ann", "bob"]);
  add(7, ["bob"]);
  expect(delivered).toEqual(["7 ann", "7 bob", "8 ann,bob"]);
});

test("members of a group got it all together", () => {
  begin();
  add(7, ["ann", "bob"], { groupID: "g" });
  add(7, ["ann", "bob"], { groupID: "g" });
  add(7, ["bob"]);
  expect(delivered).toEqual(["7 g"]);
});

test("a gap after a long time is no gap: the receivers were elsewhere", () => {
  begin(60_000);
  add(7);
  time += 3_001;
  add(20);
  expect(delivered).toEqual(["7 bob", "20 bob"]);
});

test("the first messages of two nodes changed places", () => {
  begin(60_000);
  add(2, ["bob"], { isClose: true });
  expect(delivered).toEqual([]);
  expect(line.last("si_ann_bob")).toBeUndefined();
  add(1);
  add(3, ["bob"], { isClose: true });
  expect(delivered).toEqual(["1 bob", "2 bob", "3 bob"]);
});

test("messages after a long time changed places", () => {
  begin(60_000);
  add(7);
  time += 3_001;
  add(9, ["bob"], { isClose: true });
  add(8);
  time += 3_001;
  add(10, ["bob"], { isClose: true });
  expect(delivered).toEqual(["7 bob", "8 bob", "9 bob", "10 bob"]);
});

test("who came after the message before is not shown that one", async () => {
  begin();
  inLog = [6];
  add(7, ["bob"], { isClose: true });
  while (delivered.length < 1) await Bun.sleep(1);
  add(8);
  expect(delivered).toEqual(["7 bob", "8 bob"]);
});

test("what is online only waits for nothing", () => {
  begin(60_000);
  add(7);
  add(9);
  add(0);
  expect(delivered).toEqual(["7 bob", "0 bob"]);
});

test("the first push after an outage hid what had been lost before it", async () => {
  begin();
  inLog = [7, 8, 9];
  add(6);
  line.doubt(0);
  time = 60_000;
  add(10);
  expect(await asked.promise).toBe("7-9");
  while (delivered.length < 5) await Promise.resolve();
  expect(delivered).toEqual(["6 bob", "7 bob", "8 bob", "9 bob", "10 bob"]);
});

test("of a conversation that nobody here had seen, what was lost came after the next push", async () => {
  begin();
  inLog = [8, 9];
  line.doubt(0);
  add(10);
  expect(await asked.promise).toBe("1-9");
  while (delivered.length < 3) await Promise.resolve();
  expect(delivered).toEqual(["8 bob", "9 bob", "10 bob"]);
});

test("a push that came while its message was read from the log was held for ever", async () => {
  const reading = Promise.withResolvers<void>();
  begin();
  line.close();
  line = createInOrder({
    deliver: ({ data, userIDs }) =>
      void delivered.push(`${readMsgData(data).seq} ${userIDs.join()}`),
    async read(_, from, to) {
      asked.resolve(`${from}-${to}`);
      await reading.promise;
      return [8, 9].map((seq) => ({ seq, data: dataOf(seq) }));
    },
    membersOf: () => [],
    failed(error) {
      throw error;
    },
    holdMs: 1,
    elapsed: () => 0,
  });
  add(7);
  add(10);
  expect(await asked.promise).toBe("8-9");
  add(9, ["carl"]);
  reading.resolve();
  while (!delivered.includes("10 bob")) await Promise.resolve();
  expect(delivered).toEqual(["7 bob", "8 bob", "9 carl", "9 bob", "10 bob"]);
});

test("who had just sent was not shown what others had said before", async () => {
  begin();
  inLog = [8];
  add(7);
  add(9, ["bob"], {
    data: MsgData.encode({ seq: 9, sendID: "ann", recvID: "bob" }),
  });
  await asked.promise;
  while (delivered.length < 3) await Promise.resolve();
  expect(delivered).toEqual(["7 bob", "8 bob,ann", "9 bob"]);
});

test("a group's message that was read from the log came again with its push", async () => {
  begin();
  inLog = [8];
  add(7);
  add(9);
  await asked.promise;
  while (delivered.length < 3) await Promise.resolve();
  add(8, ["bob", "carl"], { groupID: "group" });
  expect(delivered.at(-1)).toBe("8 group");
  expect(receivers).toEqual(["carl"]);
});
