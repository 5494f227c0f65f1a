import { describe, expect, test } from "bun:test";

import { MsgData } from "@parley/protocol/generated/sdkws";
import { readMsgData } from "@parley/protocol/msg-data";

import { nextTurn } from "../pace/turns.ts";
import { createCaches } from "../storage/caches.ts";
import { createUserSeqs } from "../conversations/user-seqs.ts";
import { forEachEngine, forSqlite } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { createWriter } from "../storage/writer.ts";
import type { Writer } from "../storage/writer.ts";
import type { Head } from "./heads.ts";
import { openMessageLog } from "./log.ts";
import type { LogOptions, MessageLog } from "./log.ts";
import { resendKeyOf } from "./resend-key.ts";

interface Opened {
  log: MessageLog;
  writer: Writer;
  seqs: ReturnType<typeof createUserSeqs>;
}

/** Opens the log as after a start, with nothing in memory. */
async function openLog(
  { engine }: Pick<TestStorage, "engine">,
  options: Partial<
    Pick<
      LogOptions,
      "mergeAfter" | "headCacheSize" | "raiseReadSeqs" | "isAlone"
    >
  > = {},
): Promise<Opened> {
  const writer = createWriter(engine, {
    broken(error) {
      throw error;
    },
  });
  const seqs = createUserSeqs(engine.read, createCaches());
  const log = await openMessageLog({
    caches: createCaches(),
    engine,
    writer,
    now: () => 5_000,
    raiseReadSeqs: seqs.raiseRead,
    ...options,
  });
  return { log, writer, seqs };
}

const message = (sendID: string, text: string, resendKey = 0) => ({
  unsealed: MsgData.encode({
    sendID,
    clientMsgID: text,
    content: Buffer.from(text),
    sendTime: 1_000 + text.length,
  }),
  sendID,
  contentType: 101,
  sendTime: 1_000 + text.length,
  resendKey,
});

/** Stores it and answers its seq once it is durable. */
async function say(
  { log, writer }: Opened,
  conversationID: string,
  sendID: string,
  text: string,
  resendKey = 0,
): Promise<number> {
  const head = await log.open(conversationID);
  return new Promise((resolve, reject) =>
    writer.enqueue({
      run(tx) {
        log.append(tx, head, message(sendID, text, resendKey), {
          stored: (tx, { seq }) => tx.afterDurable(() => resolve(seq)),
          again: ({ seq }) => tx.afterDurable(() => resolve(seq)),
        });
      },
      failed: reject,
    }),
  );
}

async function texts(
  { log }: Opened,
  conversationID: string,
  begin = 1,
  end = 1_000,
): Promise<string[]> {
  const head = await log.find(conversationID);
  if (!head) return [];
  return (await log.read(head, begin, end)).map(
    ({ seq, data }) =>
      `${seq} ${new TextDecoder().decode(readMsgData(data).content)}`,
  );
}

async function sentSeq(
  log: MessageLog,
  head: Head,
  userID: string,
): Promise<number> {
  return (await log.sentSeqs(userID, [head]))(head);
}

for (const isAlone of [true, false])
  forEachEngine(
    isAlone ? "the message log" : "the message log of a node",
    (open) => {
      test("numbers each conversation from 1, without gaps, whoever writes", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone, mergeAfter: 40 });
        const conversations = ["si_a_b", "si_a_c", "sg_g"];
        const given = new Map<string, number[]>();
        await Promise.all(
          Array.from({ length: 300 }, async (_, i) => {
            const id = conversations[(i * 7) % 3] ?? "";
            const seq = await say(opened, id, `u${i % 5}`, `m${i}`);
            given.set(id, [...(given.get(id) ?? []), seq]);
          }),
        );
        for (const id of conversations) {
          const seqs = (given.get(id) ?? []).sort((a, b) => a - b);
          expect(seqs).toEqual(seqs.map((_, i) => i + 1));
          const head = await opened.log.find(id);
          expect(head?.maxSeq).toBe(seqs.length);
          const stored = head ? await opened.log.read(head, 1, 1_000) : [];
          expect(stored.map(({ seq }) => seq)).toEqual(seqs);
          expect(stored.map(({ data }) => readMsgData(data).seq)).toEqual(seqs);
        }
        await opened.log.merge();
        expect(opened.log.unmerged()).toBe(0);
      });

      test("ranges read at the same time are each answered with their own", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone });
        for (const text of ["one", "two", "three"]) {
          await say(opened, "si_a_b", "a", text);
          await say(opened, "sg_g", "a", `${text} in g`);
        }
        await opened.log.merge();
        const asked: [string, number, number][] = [
          ["si_a_b", 2, 3],
          ["sg_g", 1, 2],
          ["si_a_b", 1, 2],
          ["si_a_b", 4, 9],
          ["si_a_b", 2, 3],
        ];
        expect(
          await Promise.all(
            asked.map(([id, begin, end]) => texts(opened, id, begin, end)),
          ),
        ).toEqual([
          ["2 two", "3 three"],
          ["1 one in g", "2 two in g"],
          ["1 one", "2 two"],
          [],
          ["2 two", "3 three"],
        ]);
      });

      test("a transaction that fails gives its seq to the next", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone });
        const { log, writer } = opened;
        await say(opened, "si_a_b", "a", "one");
        const head = await log.open("si_a_b");
        const failing = writer.transact((tx) => {
          log.append(tx, head, message("a", "never", 5));
          return Promise.reject(new Error("no"));
        });
        const next = say(opened, "si_a_b", "b", "two");
        expect(await failing.catch(String)).toBe("Error: no");
        expect(await next).toBe(2);
        expect(await log.findResend(head, 5)).toBeUndefined();
        expect(await texts(opened, "si_a_b")).toEqual(["1 one", "2 two"]);
        expect(await sentSeq(log, head, "a")).toBe(1);
      });

      test("a first message that fails leaves no conversation behind", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone });
        const { log, writer } = opened;
        const head = await log.open("si_a_b");
        const failing = writer.transact((tx) => {
          log.append(tx, head, message("a", "never"));
          return Promise.reject(new Error("no"));
        });
        await failing.catch(() => undefined);
        expect(await say(opened, "si_a_b", "a", "one")).toBe(1);
        await writer.close();
        const again = await openLog(storage, { isAlone });
        expect(await texts(again, "si_a_b")).toEqual(["1 one"]);
      });

      test("who holds a conversation that was forgotten gives out no seq twice", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone, headCacheSize: 1 });
        const { log, writer } = opened;
        await say(opened, "si_a_b", "a", "one");
        const held = await log.open("si_a_b");
        await log.merge();
        for (const other of ["si_a_c", "si_a_d"]) await log.find(other);
        expect(await say(opened, "si_a_b", "a", "two")).toBe(2);
        await log.merge();
        for (const other of ["si_a_c", "si_a_d"]) await log.find(other);
        const numbered = Promise.withResolvers<number>();
        await writer.transact(async (tx) =>
          log.append(tx, held, message("b", "three"), {
            stored: (_, { seq }) => numbered.resolve(seq),
            again: () => undefined,
          }),
        );
        expect(await numbered.promise).toBe(3);
        await log.merge();
        expect(await texts(opened, "si_a_b")).toEqual([
          "1 one",
          "2 two",
          "3 three",
        ]);
      });

      test("readers see a message once it is durable, not before", async () => {
        await using storage = await open();
        const { log, writer } = await openLog(storage, { isAlone });
        const head = await log.open("si_a_b");
        await writer.transact(async (tx) => {
          log.append(tx, head, message("a", "one"));
          expect(head.maxSeq).toBe(0);
          expect(await sentSeq(log, head, "a")).toBe(0);
          return Promise.resolve();
        });
        expect(head.maxSeq).toBe(1);
        expect(await sentSeq(log, head, "a")).toBe(1);
      });

      describe("a resend", () => {
        test("is found before and after the merge, and after a start", async () => {
          await using storage = await open();
          const opened = await openLog(storage, { isAlone });
          await say(opened, "si_a_b", "a", "one", 7);
          const find = async ({ log }: Opened, id: string) => {
            const head = await log.open(id);
            return (await log.findResend(head, 7))?.seq;
          };
          expect(await find(opened, "si_a_b")).toBe(1);
          await opened.log.merge();
          expect(await find(opened, "si_a_b")).toBe(1);
          expect(await find(opened, "si_a_c")).toBeUndefined();
          await opened.writer.close();
          expect(
            await find(await openLog(storage, { isAlone }), "si_a_b"),
          ).toBe(1);
        });

        test("of a message deleted for everyone still has its ids", async () => {
          await using storage = await open();
          const opened = await openLog(storage, { isAlone });
          await say(opened, "si_a_b", "a", "one", 7);
          const head = await opened.log.open("si_a_b");
          await opened.writer.transact((tx) =>
            opened.log.remove(tx, head, [1]),
          );
          expect(await texts(opened, "si_a_b")).toEqual([]);
          const found = await opened.log.findResend(head, 7);
          const { clientMsgID, sendTime, content } = MsgData.decode(
            found?.data ?? new Uint8Array(),
          );
          expect([clientMsgID, sendTime, content.length]).toEqual([
            "one",
            1_003,
            0,
          ]);
        });
      });

      test("messages without a time of their own get one each, in the order of seqs", async () => {
        await using storage = await open();
        const { log, writer } = await openLog(storage, { isAlone });
        const head = await log.open("si_a_b");
        const times: number[] = [];
        await writer.transact(async (tx) => {
          for (const text of ["one", "two", "three"])
            log.append(
              tx,
              head,
              { ...message("a", text), sendTime: 0 },
              {
                stored: (_, { sendTime }) => times.push(sendTime),
                again: () => undefined,
              },
            );
          return Promise.resolve();
        });
        expect(times).toEqual([5_000, 5_001, 5_002]);
        const stored = await log.read(head, 1, 3);
        expect(stored.map(({ data }) => readMsgData(data).sendTime)).toEqual(
          times,
        );
        expect(head.maxSeqTime).toBe(5_002);
      });

      test("a gap takes the time of the nearest message before it", async () => {
        await using storage = await open();
        const opened = await openLog(storage, { isAlone, mergeAfter: 50 });
        for (let i = 1; i <= 120; i++)
          await say(opened, "si_a_b", "a", "x".repeat(i));
        const head = await opened.log.open("si_a_b");
        const gone = Array.from({ length: 110 }, (_, i) => i + 6);
        await opened.writer.transact((tx) => opened.log.remove(tx, head, gone));
        expect(await opened.log.timeBefore(head, 116)).toBe(1_005);
        expect(await opened.log.timeBefore(head, 1)).toBe(0);
      });
    },
  );

forEachEngine("a process that is alone", (open) => {
  test("gives the seq of a message whose commit failed to the next one", async () => {
    await using storage = await open();
    const opened = await openLog(storage, { isAlone: true });
    const { writer } = opened;
    expect(await say(opened, "si_a_b", "a", "one")).toBe(1);
    let isFailing = true;
    writer.beforeCommit(() => {
      if (isFailing) throw new Error("no commit");
    });
    const failed = say(opened, "si_a_b", "a", "two");
    expect(await failed.catch((error: Error) => error.message)).toBeString();
    isFailing = false;
    expect(await say(opened, "si_a_b", "b", "three")).toBe(2);
    expect(await texts(opened, "si_a_b")).toEqual(["1 one", "2 three"]);
  });
});

forSqlite("a log whose tables are merged later", (open) => {
  test("a stop without a merge loses nothing", async () => {
    await using storage = await open();
    const first = await openLog(storage);
    await say(first, "si_a_b", "a", "one", 11);
    await say(first, "si_a_b", "b", "two", 12);
    await first.log.merge();
    await say(first, "si_a_b", "a", "three", 13);
    await say(first, "n_a_b", "a", "notice");
    await first.writer.close();

    const second = await openLog(storage);
    expect(await texts(second, "si_a_b")).toEqual([
      "1 one",
      "2 two",
      "3 three",
    ]);
    expect(second.log.unmerged()).toBe(2);
    expect(await say(second, "si_a_b", "b", "four")).toBe(4);
    expect(await say(second, "n_a_b", "b", "notice 2")).toBe(2);
    await second.log.merge();
    expect(await texts(second, "si_a_b", 2, 3)).toEqual(["2 two", "3 three"]);
  });

  test("a stop amid a merge loses nothing", async () => {
    await using storage = await open();
    let parts = 0;
    const first = await openLog(storage, {
      raiseReadSeqs(tx, sent) {
        if (++parts === 2) throw new Error("stopped");
        return createUserSeqs(storage.engine.read, createCaches()).raiseRead(
          tx,
          sent,
        );
      },
    });
    const ids = ["si_a_b", "si_a_c", "si_a_d"];
    const sent = Array.from({ length: 600 }, (_, i) => ({
      id: ids[i % 3] ?? "",
      text: `m${i}`,
      key: i + 1,
    }));
    await Promise.all(
      sent.map(({ id, text, key }) => say(first, id, "a", text, key)),
    );
    const expectAll = async (opened: Opened) => {
      for (const id of ids)
        expect(await texts(opened, id)).toEqual(
          sent
            .filter((each) => each.id === id)
            .map(({ text }, i) => `${i + 1} ${text}`),
        );
      for (const { id, key } of sent) {
        const head = await opened.log.open(id);
        expect(await opened.log.findResend(head, key)).toBeDefined();
      }
    };
    expect(first.log.merge()).rejects.toThrow("stopped");
    await first.writer.transact(() => Promise.resolve());
    expect(parts).toBe(2);
    expect(first.log.unmerged()).toBe(600 - 256);
    await expectAll(first);
    await first.writer.close();

    const second = await openLog(storage);
    expect(second.log.unmerged()).toBe(600 - 256);
    await expectAll(second);
    expect(await say(second, "si_a_b", "b", "one more")).toBe(201);
    await second.log.merge();
    expect(second.log.unmerged()).toBe(0);
    await second.writer.close();

    const third = await openLog(storage);
    expect((await texts(third, "si_a_b")).at(-1)).toBe("201 one more");
    expect((await third.seqs.get("a", "si_a_d")).readSeq).toBe(200);
    const head = await third.log.open("si_a_d");
    expect(await third.log.findResend(head, 600)).toBeDefined();
  });

  test("each new message asked the database whether it had been sent before", async () => {
    await using storage = await open();
    let asked = 0;
    const { engine } = storage;
    const counting = {
      ...engine,
      log: {
        ...engine.log,
        positionOfKey(key: number) {
          asked++;
          return engine.log.positionOfKey(key);
        },
      },
    };
    const keys = Array.from({ length: 300 }, (_, i) =>
      resendKeyOf("si_a_b", "a", `m${i}`),
    );
    const isSentBefore = async ({ log }: Opened, key: number) =>
      (await log.findResend(await log.find("si_a_b"), key)) !== undefined;
    /** Sends 100 new messages; returns how many queries looked for resends. */
    async function askedFor(opened: Opened): Promise<number> {
      asked = 0;
      for (let i = 0; i < 100; i++) {
        const key = resendKeyOf("si_a_b", "a", `new ${i}`);
        expect(await isSentBefore(opened, key)).toBe(false);
      }
      return asked;
    }

    let opened = await openLog({ engine: counting });
    for (const [i, key] of keys.entries())
      await say(opened, "si_a_b", "a", `m${i}`, key);
    await opened.log.merge();
    for (const start of ["the first", "the second"]) {
      // Until the keys of the last time are read, the database is asked.
      while ((await askedFor(opened)) > 20) await nextTurn();
      for (const key of keys)
        expect([start, await isSentBefore(opened, key)]).toEqual([start, true]);
      await opened.writer.close();
      opened = await openLog({ engine: counting });
    }
  });

  test("a conversation that begins in the batch of a merge keeps its seqs across a start", async () => {
    await using storage = await open();
    const first = await openLog(storage);
    // Opened before, so that message and merge come together.
    await first.log.open("si_a_b");
    const said = say(first, "si_a_b", "a", "one");
    await Promise.resolve();
    await Promise.all([said, first.log.merge()]);
    await first.writer.close();

    const second = await openLog(storage);
    expect(second.log.unmerged()).toBe(0);
    expect((await second.log.find("si_a_b"))?.maxSeq).toBe(1);
    expect(await say(second, "si_a_b", "b", "two")).toBe(2);
    await second.log.merge();
    expect(await texts(second, "si_a_b")).toEqual(["1 one", "2 two"]);
  });

  test("a merge that was stopped before its last part does not lose keys", async () => {
    await using storage = await open();
    const { log, writer } = await openLog(storage);
    await say(
      { log, writer, seqs: createUserSeqs(storage.db, createCaches()) },
      "si_a_b",
      "a",
      "one",
      7,
    );
    // The tables know where it lies, but not its key yet.
    const head = await log.open("si_a_b");
    await writer.transact(async () => {
      await storage.engine.log.index([
        { headID: head.id, seq: 1, position: 1 },
      ]);
      await storage.engine.log.heads([
        { id: head.id, maxSeq: 1, maxSeqTime: 0 },
      ]);
    });
    await writer.close();

    const second = await openLog(storage);
    await second.log.merge();
    await second.writer.close();
    const third = await openLog(storage);
    const found = await third.log.open("si_a_b");
    expect(await third.log.findResend(found, 7)).toBeDefined();
  });

  test.each([
    [
      "a merge waited for the disk after each part, and fell behind whoever sends all the time",
      128,
      32,
      1_024,
    ],
    [
      "merges fell behind, further each time, while there was too much to do",
      512,
      96,
      17 * 1_024,
    ],
  ])("%s", async (_what, perBatch, batches, mostUnmerged) => {
    await using storage = await open();
    const disk = Promise.withResolvers<void>();
    const durable = () => disk.promise;
    const engine = { ...storage.engine, durable };
    const { log, writer } = await openLog({ engine }, { mergeAfter: 256 });
    const head = await log.open("si_a_b");
    const enqueue = () =>
      new Promise<void>((resolve, reject) => {
        for (let i = 0; i < perBatch; i++)
          writer.enqueue({
            run(tx) {
              log.append(tx, head, message("a", `m${i}`));
              if (i === perBatch - 1) tx.afterCommit(resolve);
            },
            failed: reject,
          });
      });
    // More always waits, so that no batch has to wait for the disk to be full.
    let before = enqueue();
    for (let batch = 1; batch < batches; batch++) {
      // Nothing is that old, but the writer hears that it is too much.
      if (perBatch > 128) writer.refuseOlder(1_000_000, new Error("old"));
      const next = enqueue();
      await before;
      before = next;
    }
    expect(log.unmerged()).toBeLessThan(mostUnmerged);
    disk.resolve();
    await writer.close();
  });

  test("sending raises the sender's read position, also across a start", async () => {
    await using storage = await open();
    const first = await openLog(storage);
    await say(first, "si_a_b", "a", "one");
    await say(first, "si_a_b", "b", "two");
    await first.writer.close();
    const second = await openLog(storage);
    const head = await second.log.open("si_a_b");
    expect(await sentSeq(second.log, head, "b")).toBe(2);
    await second.log.merge();
    expect(await sentSeq(second.log, head, "b")).toBe(0);
    expect((await second.seqs.get("b", "si_a_b")).readSeq).toBe(2);
    expect((await second.seqs.get("a", "si_a_b")).readSeq).toBe(1);
  });

  test("a merge that ends amid a read takes nothing out of it", async () => {
    await using storage = await open();
    const opened = await openLog(storage);
    const { log } = opened;
    for (let i = 1; i <= 6; i++) {
      await say(opened, "si_a_b", "a", `m${i}`);
      if (i === 3) await log.merge();
    }
    const head = await log.open("si_a_b");
    const { range } = storage.engine.log;
    storage.engine.log.range = async (...wanted) => {
      const rows = await range(...wanted);
      await log.merge();
      return rows;
    };
    const read = await log.read(head, 1, 6);
    expect(read.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
