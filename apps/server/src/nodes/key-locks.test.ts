import { afterAll, describe, expect, test } from "bun:test";

import pg from "pg";

import {
  openEmptyDatabase,
  stopPostgres,
} from "../../testing/storage/engines.ts";
import { createKeyLocks } from "./key-locks.ts";

afterAll(stopPostgres);

async function openTwo() {
  const url = await openEmptyDatabase();
  const [one, other] = [createKeyLocks(url), createKeyLocks(url)];
  return {
    ...{ url, one, other },
    async [Symbol.asyncDispose]() {
      await Promise.all([one.close(), other.close()]);
    },
  };
}

/** Holds the key until it is let go. */
async function hold({ inTurn }: ReturnType<typeof createKeyLocks>) {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const held = inTurn("key", () => {
    begun.resolve();
    return end.promise;
  });
  await begun.promise;
  return {
    letGo: () => {
      end.resolve();
      return held;
    },
  };
}

describe("work on the same key", () => {
  test("ran at two nodes at once", async () => {
    await using nodes = await openTwo();
    let atOnce = 0;
    let most = 0;
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    const work = async (): Promise<void> => {
      most = Math.max(most, ++atOnce);
      await turn;
      atOnce--;
    };
    const all = Array.from({ length: 6 }, (_, i) =>
      (i % 2 ? nodes.one : nodes.other).inTurn("key", work),
    );
    // Others do not wait for it.
    await nodes.one.inTurn("another", () => Promise.resolve());
    await nodes.other.inTurn("a third", () => Promise.resolve());
    resolve();
    await Promise.all(all);
    expect(most).toBe(1);
  });

  test("goes on elsewhere when its node ends, or it fails", async () => {
    await using nodes = await openTwo();
    const held = await hold(nodes.one);
    const waits = nodes.other.inTurn("key", () => Promise.resolve("done"));
    await nodes.one.close();
    expect(await waits).toBe("done");
    await held.letGo();
    const failing = nodes.other.inTurn("key", () =>
      Promise.reject(new Error("no")),
    );
    expect(await failing.catch(String)).toBe("Error: no");
    expect(await nodes.other.inTurn("key", () => Promise.resolve(1))).toBe(1);
  });

  test("is refused while the database is away, and done once it is back", async () => {
    await using nodes = await openTwo();
    await nodes.one.inTurn("key", () => Promise.resolve());
    const elsewhere = new URL(nodes.url);
    const name = elsewhere.pathname.slice(1);
    elsewhere.pathname = "/postgres";
    const admin = new pg.Client(elsewhere.href);
    await admin.connect();
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
      [name],
    );
    let code = 0;
    // The first may still be asked by the connection that just ended.
    while (code === 0)
      code = await nodes.one
        .inTurn("key", () => Promise.resolve(0))
        .catch((error: { code: number }) => error.code);
    expect(code).toBe(90002);
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
    expect(await nodes.one.inTurn("key", () => Promise.resolve(1))).toBe(1);
  });
});
