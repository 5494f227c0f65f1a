import { errors } from "@parley/protocol/errors";
import { afterAll, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { nextTurn } from "../pace/turns.ts";
import { createCaches } from "./caches.ts";
import type { Engine } from "./engine.ts";
import { migrations } from "./migrations.ts";
import { openStorage } from "./open.ts";
import { createWriter } from "./writer.ts";
import type { Transaction, Writer } from "./writer.ts";

const folders: string[] = [];
const warn = (message: string): never => {
  throw new Error(message);
};
let engine: Engine;
let writer: Writer;

beforeEach(async () => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "parley-writer-"));
  folders.push(dataFolder);
  engine = await openStorage({ dataFolder, databaseURL: "", migrations, warn });
  writer = createWriter(engine, {
    broken(error) {
      throw error;
    },
  });
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const put = ({ db }: Transaction, key: string) =>
  db.insertInto("meta").values({ key, value: "x" }).execute();

async function keys(): Promise<string[]> {
  const rows = await engine.read
    .selectFrom("meta")
    .select("key")
    .where("value", "=", "x")
    .orderBy("key")
    .execute();
  return rows.map(({ key }) => key);
}

describe("transact", () => {
  test("answers once others can read the change", async () => {
    const answer = await writer.transact(async (tx) => {
      await put(tx, "a");
      return 7;
    });
    expect(answer).toBe(7);
    expect(await keys()).toEqual(["a"]);
  });

  test("work that throws is undone and its neighbours are not", async () => {
    const results = await Promise.allSettled([
      writer.transact((tx) => put(tx, "a")),
      writer.transact(async (tx) => {
        await put(tx, "b");
        throw new Error("no");
      }),
      writer.transact((tx) => put(tx, "c")),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(await keys()).toEqual(["a", "c"]);
  });

  test("a rule's own refusal, which has a number, is told as it is", async () => {
    const neighbour = writer.transact((tx) => put(tx, "a"));
    const refused = writer.transact(() =>
      Promise.reject(errors.notFound("no such thing")),
    );
    await expect(refused).rejects.toMatchObject({ code: 1004 });
    await neighbour;
    expect(await keys()).toEqual(["a"]);
  });

  test("memory is undone with the rows, the last change first", async () => {
    const undone: string[] = [];
    await writer
      .transact(async (tx) => {
        await put(tx, "a");
        tx.onRollback(() => undone.push("first"));
        tx.onRollback(() => undone.push("second"));
        tx.afterCommit(() => undone.push("committed"));
        tx.afterDurable(() => undone.push("durable"));
        throw new Error("no");
      })
      .catch(() => undefined);
    expect(undone).toEqual(["second", "first"]);
  });

  test("work of one batch sees what came before it", async () => {
    const [, seen] = await Promise.all([
      writer.transact((tx) => put(tx, "a")),
      writer.transact((tx) =>
        tx.db
          .selectFrom("meta")
          .select("key")
          .where("key", "=", "a")
          .executeTakeFirst(),
      ),
    ]);
    expect(seen).toEqual({ key: "a" });
  });

  test("what waits for durability runs in the order of the changes", async () => {
    const order: string[] = [];
    const note = (name: string) => (tx: Transaction) => {
      tx.afterDurable(() => order.push(name));
      return Promise.resolve();
    };
    await Promise.all(["a", "b", "c"].map((n) => writer.transact(note(n))));
    expect(order).toEqual(["a", "b", "c"]);
  });
});

describe("long changes that come together", () => {
  /** Longer than what still shares a batch with others. */
  const long = (name: string, begun: string[]) =>
    writer.transact(async (tx) => {
      begun.push(name);
      await put(tx, name);
      for (const until = performance.now() + 60; performance.now() < until;);
    });

  test("were all answered at the end, and are answered one after the other", async () => {
    const begun: string[] = [];
    const names = ["a", "b", "c", "d", "e"];
    const begunWhenAnswered = await Promise.all(
      names.map((name) => long(name, begun).then(() => begun.length)),
    );
    expect(begunWhenAnswered).toEqual([1, 2, 3, 4, 5]);
    expect(await keys()).toEqual(names);
  });

  test("let a message through after the one that is being made", async () => {
    const begun: string[] = [];
    const {
      promise: stored,
      resolve,
      reject,
    } = Promise.withResolvers<number>();
    const changes = ["a", "b", "c", "d"].map((name) => long(name, begun));
    writer.enqueue({
      run: (tx) => tx.afterDurable(() => resolve(begun.length)),
      failed: reject,
    });
    expect(await stored).toBeLessThanOrEqual(2);
    await Promise.all(changes);
    expect(begun).toEqual(["a", "b", "c", "d"]);
  });

  test("let messages overtake the first one of their conversation", async () => {
    const said: string[] = [];
    const changes = ["a", "b"].map((name) => long(name, []));
    const say = (name: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      writer.enqueue({
        run(tx) {
          said.push(name);
          tx.afterDurable(resolve);
        },
        failed: reject,
      });
      return promise;
    };
    const saidWithMore = (name: string) =>
      writer.transactMessage(async (tx) => {
        await put(tx, name);
        said.push(name);
      });
    const messages = [
      saidWithMore("first"),
      say("second"),
      saidWithMore("third"),
      say("fourth"),
    ];
    await Promise.all([...changes, ...messages]);
    expect(said).toEqual(["first", "second", "third", "fourth"]);
  });

  test("left each of the short ones behind them a commit of its own", async () => {
    let commits = 0;
    const counting: Engine = {
      ...engine,
      commit() {
        commits++;
        return engine.commit();
      },
    };
    writer = createWriter(counting, {
      broken(error) {
        throw error;
      },
    });
    const short = Array.from({ length: 200 }, (_, i) => `s${i}`);
    await Promise.all([
      long("a", []),
      ...short.map((name) => writer.transact((tx) => put(tx, name))),
    ]);
    expect(await keys()).toEqual(["a", ...short].sort());
    // A commit each where they get nothing done in the time of a batch; few otherwise.
    expect(commits).toBeLessThan(100);
  });

  test("are all made, however many messages that have rows to make come between", async () => {
    const begun: string[] = [];
    let isOver = false;
    // More of a batch's time than there is, so that each ends it.
    const say = async (): Promise<void> => {
      while (!isOver)
        await writer.transactMessage(() => {
          for (
            const until = performance.now() + 60;
            performance.now() < until;
          );
          return Promise.resolve();
        });
    };
    const saying = Promise.all(Array.from({ length: 5 }, say));
    await Promise.all(["a", "b", "c"].map((name) => long(name, begun)));
    isOver = true;
    await saying;
    expect(begun).toEqual(["a", "b", "c"]);
  });

  test("are all made, however many messages come between", async () => {
    const begun: string[] = [];
    let isOver = false;
    const say = (): void =>
      writer.enqueue({
        run: (tx) => tx.afterDurable(() => isOver || say()),
        failed: () => undefined,
      });
    for (let i = 0; i < 300; i++) say();
    await Promise.all(["a", "b", "c"].map((name) => long(name, begun)));
    isOver = true;
    expect(begun).toEqual(["a", "b", "c"]);
  });
});

test("a thousand messages waited for one batch of 128 after another, while sockets brought more in each turn", async () => {
  const batches: number[] = [];
  let written = 0;
  writer.beforeCommit(() => {
    batches.push(written);
    written = 0;
  });
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let durable = 0;
  await writer.transact(async () => {
    for (let i = 0; i < 1_000; i++)
      writer.enqueue({
        run(tx) {
          written++;
          tx.afterDurable(() => {
            if (++durable === 1_000) resolve();
          });
        },
        failed(error) {
          throw error;
        },
      });
  });
  await all;
  expect(batches.slice(0, 2)).toEqual([0, 512]);
  expect(batches.length).toBeLessThanOrEqual(6);
});

describe("a batch that cannot be committed", () => {
  test("fails all of its work, undoes memory and leaves the next alone", async () => {
    const undone: string[] = [];
    const failures: string[] = [];
    const told = "DatabaseError: the database did not take the change";
    let isBroken = true;
    writer.beforeCommit(() => {
      if (isBroken) throw new Error("disk full");
    });
    writer.enqueue({
      run: (tx) => tx.onRollback(() => undone.push("message")),
      failed: ({ message }) => failures.push(message),
    });
    const failed = writer.transact((tx) => put(tx, "a"));
    expect(failed).rejects.toThrow(told);
    await failed.catch(() => undefined);
    expect(undone).toEqual(["message"]);
    expect(failures).toEqual([told]);
    expect(await keys()).toEqual([]);

    isBroken = false;
    await writer.transact((tx) => put(tx, "b"));
    expect(await keys()).toEqual(["b"]);
  });
});

test("after a sync that failed nothing more is taken for durable", async () => {
  const troubles: string[] = [];
  let isFailing = true;
  const failing = createWriter(
    {
      ...engine,
      durable: () =>
        isFailing ? Promise.reject(new Error("EIO")) : Promise.resolve(),
    },
    { broken: ({ message }) => void troubles.push(message) },
  );
  expect(failing.transact((tx) => put(tx, "a"))).rejects.toThrow("EIO");
  await failing.transact((tx) => put(tx, "b")).catch(() => undefined);
  // The system says so once; a sync that goes well afterwards proves nothing.
  isFailing = false;
  expect(failing.transact((tx) => put(tx, "c"))).rejects.toThrow("EIO");
  await failing.close();
  expect(troubles).toEqual(["EIO"]);
});

test("a closed writer finishes what it has and refuses the rest", async () => {
  const last = writer.transact((tx) => put(tx, "a"));
  await writer.close();
  await last;
  expect(await keys()).toEqual(["a"]);
  expect(writer.transact((tx) => put(tx, "b"))).rejects.toThrow("closed");
});

describe("messages that come one by one", () => {
  /** Says after each commit how many there were. */
  function countCommits() {
    const counted = { commits: 0 };
    writer.beforeCommit(() => void counted.commits++);
    return counted;
  }

  test("had a commit and a sync each, however fast they came", async () => {
    // A disk that keeps nobody waiting leaves it to the writer who goes together.
    writer = createWriter(
      { ...engine, durable: nextTurn },
      {
        broken(error) {
          throw error;
        },
      },
    );
    const counted = countCommits();
    const begin = performance.now();
    const messages = 1_000;
    let waiting = messages;
    const { promise: all, resolve, reject } = Promise.withResolvers<void>();
    for (let i = 0; i < messages; i++) {
      writer.enqueue({
        run: (tx) => tx.afterDurable(() => void (--waiting === 0 && resolve())),
        failed: reject,
      });
      await nextTurn();
    }
    await all;
    // Batches are 2 ms apart, to half a millisecond, once it is seen that there are many.
    const most = 10 + messages / 32 + (performance.now() - begin) / 1.5;
    expect(counted.commits).toBeLessThan(most);
  });

  test("had a commit for each round trip to a database that is further than 2 ms away", async () => {
    const troubles = {
      broken(error: Error) {
        throw error;
      },
    };
    const far: Engine = {
      ...engine,
      durable: nextTurn,
      async commit() {
        await Bun.sleep(3);
        return engine.commit();
      },
    };
    writer = createWriter(far, troubles, { restsBetweenBatches: true });
    const counted = countCommits();
    let begin = performance.now();
    let waiting = 0;
    const { promise: all, resolve, reject } = Promise.withResolvers<void>();
    while (counted.commits < 100) {
      // Until here it is being seen that there are many.
      if (counted.commits < 10) begin = performance.now();
      waiting++;
      writer.enqueue({
        run: (tx) => tx.afterDurable(() => void (--waiting === 0 && resolve())),
        failed: reject,
      });
      // Slower than so many that a batch need not wait.
      await Bun.sleep(1);
    }
    await all;
    // 3 ms for each, and a pause of 2 ms, to half a millisecond.
    const most = 12 + (performance.now() - begin) / 4.4;
    expect(counted.commits).toBeLessThan(most);
  });

  test("do not wait for others when none are on their way", async () => {
    const send = () =>
      new Promise<void>((resolve, reject) =>
        writer.enqueue({
          run: (tx) => tx.afterDurable(resolve),
          failed: reject,
        }),
      );
    // There was company before.
    await Promise.all(Array.from({ length: 100 }, send));
    for (let i = 0; i < 50; i++) await send();
    const timers = spyOn(globalThis, "setTimeout");
    const counted = countCommits();
    for (let i = 0; i < 50; i++) await send();
    expect(counted.commits).toBe(50);
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });
});

test("a data folder in use says so", async () => {
  const dataFolder = folders.at(-1) ?? "";
  expect(
    openStorage({ dataFolder, databaseURL: "", migrations, warn }),
  ).rejects.toThrow(/in use by another Parley/);
  await engine.close();
  const again = await openStorage({
    dataFolder,
    databaseURL: "",
    migrations,
    warn,
  });
  await again.close();
});

describe("outside", () => {
  test("asks without anybody waiting, and works with the answer", async () => {
    let answer: (value: string) => void = () => undefined;
    const asked = new Promise<string>((resolve) => (answer = resolve));
    const attempts: string[] = [];
    const slow = writer.transact(async (tx) => {
      await put(tx, "before");
      attempts.push("begun");
      const key = await tx.outside("which", () => asked);
      await put(tx, key);
      return key;
    });
    await writer.transact((tx) => put(tx, "other"));
    expect(await keys()).toEqual(["other"]);

    answer("after");

    expect(await slow).toBe("after");
    expect(await keys()).toEqual(["after", "before", "other"]);
    expect(attempts).toEqual(["begun", "begun"]);
  });

  test("asks each question once", async () => {
    const asked: string[] = [];
    const ask = (question: string) => async () => {
      asked.push(question);
      return question;
    };
    await writer.transact(async (tx) => {
      await tx.outside("one", ask("one"));
      await tx.outside("two", ask("two"));
      await tx.outside("one", ask("one"));
    });
    expect(asked).toEqual(["one", "two"]);
  });

  test("a refusal leaves nothing behind", async () => {
    const work = writer.transact(async (tx) => {
      await put(tx, "a");
      await tx.outside("may I", () => Promise.reject(new Error("no")));
    });
    expect(work).rejects.toThrow("no");
    await work.catch(() => undefined);
    expect(await keys()).toEqual([]);
  });
});

test("what was enqueued and waits too long is refused, and nothing else", async () => {
  const heard: string[] = [];
  const enqueue = (name: string) =>
    writer.enqueue({
      run: () => void heard.push(`${name} ran`),
      failed: ({ message }) => void heard.push(`${name} ${message}`),
    });
  const change = writer.transact((tx) => put(tx, "a"));
  enqueue("first");
  enqueue("second");
  writer.refuseOlder(-1, new Error("refused"));
  enqueue("third");
  await change;
  await writer.transact((tx) => put(tx, "b"));
  expect(heard).toEqual(["first refused", "second refused", "third ran"]);
  expect(await keys()).toEqual(["a", "b"]);
});

test("what was enqueued lately stays", async () => {
  const heard: string[] = [];
  writer.enqueue({
    run: () => void heard.push("ran"),
    failed: ({ message }) => void heard.push(message),
  });
  writer.refuseOlder(60_000, new Error("refused"));
  await writer.transact((tx) => put(tx, "a"));
  expect(heard).toEqual(["ran"]);
});

describe("what a change makes untrue in memory", () => {
  const openCache = (load: (key: string) => string | Promise<string>) =>
    createCaches().open({ name: "meta", size: 10, load });

  test("is forgotten with its commit, and by nobody whose change was undone", async () => {
    const cache = openCache((key) => `loaded ${key}`);
    cache.put("kept", "old");
    cache.put("changed", "old");
    const told: (readonly string[])[] = [];
    writer.beforeCommit((_tx, forgotten) => {
      for (const { memory, keys } of forgotten)
        told.push([memory.name, ...keys]);
    });
    const undone = writer.transact(async (tx) => {
      await put(tx, "kept");
      tx.forget(cache, "kept");
      throw new Error("changed my mind");
    });
    const done = writer.transact(async (tx) => {
      await put(tx, "changed");
      tx.forget(cache, ["changed", "unknown"]);
      expect(cache.peek("changed")).toBe("old");
    });
    const [refused] = await Promise.allSettled([undone, done]);
    expect(refused.status).toBe("rejected");
    expect(cache.peek("kept")).toBe("old");
    expect(cache.peek("changed")).toBeUndefined();
    expect(told).toEqual([["meta", "changed", "unknown"]]);
  });

  test("is not put back by a read that began before", async () => {
    const { promise: answer, resolve } = Promise.withResolvers<string>();
    const answers = [answer, Promise.resolve("new")];
    const cache = openCache(() => answers.shift() ?? "none");
    const before = cache.get("changed");
    await writer.transact(async (tx) => tx.forget(cache, "changed"));
    resolve("old");
    expect(await before).toBe("old");
    expect(await cache.get("changed")).toBe("new");
  });
});

describe("memories", () => {
  test("are forgotten by name and keys, as another node would say", async () => {
    const caches = createCaches();
    let row: string | undefined = "old";
    const cache = caches.open({ name: "cache", size: 10, load: () => row });
    const mirror = await caches.openMirror({
      name: "mirror",
      loadAll: async () => (row ? [["key", row] as const] : []),
      load: async () => row,
    });
    expect(cache.get("key")).toBe("old");
    row = "new";
    expect(await cache.isTrue("key")).toBe(false);
    expect(await mirror.isTrue("key")).toBe(false);
    await caches.forget("cache", ["key"]);
    await caches.forget("mirror", ["key"]);
    await caches.forget("of a newer version", ["key"]);
    expect(cache.get("key")).toBe("new");
    expect(mirror.get("key")).toBe("new");
    row = undefined;
    await caches.forgetAll();
    expect(cache.peek("key")).toBeUndefined();
    expect(mirror.has("key")).toBe(false);
  });
});
