import { sql } from "kysely";

import { insertAll } from "../storage/insert-all.ts";
import type { Transact } from "../storage/writer.ts";
import { requireFewer } from "./tries.ts";
import type { Tries, TryCount } from "./tries.ts";

export interface SharedTriesDeps {
  /** This node. */
  self: string;
  transact: Transact;
  seconds: number;
  wait?: (ms: number) => Promise<void>;
  now: () => number;
}

/** Interval of polling for tries that other nodes are checking, in ms. */
const againMs = 50;

const isOfLiving = sql<boolean>`exists (select 1 from nodes where nodes.id = password_tries.node)`;

/**
 * Counts tries in the database, for all nodes of a cluster together. A try is a row before
 * the password is checked, so that parallel requests to several nodes cannot exceed the
 * limit. Unchecked tries of dead nodes do not count, as no client got their result.
 */
export function createSharedTries({
  self,
  transact,
  seconds,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now,
}: SharedTriesDeps): Tries {
  const aboutOf = (counts: readonly TryCount[]) => ({
    about: counts.map(({ key }) => `tries ${key}`),
  });

  /** Returns undefined if too many tries are being checked. */
  const beginNow = (counts: readonly TryCount[]) =>
    transact(async ({ db }) => {
      const since = now() - seconds * 1_000;
      const keys = counts.map(({ key }) => key);
      await db
        .deleteFrom("password_tries")
        .where("key", "in", keys)
        .where((at) =>
          at.or([
            at("time", "<=", since),
            at.and([at("is_wrong", "=", 0), sql<boolean>`not ${isOfLiving}`]),
          ]),
        )
        .execute();
      const rows = await db
        .selectFrom("password_tries")
        .select(["key", "time", "is_wrong"])
        .where("key", "in", keys)
        .orderBy("time")
        .execute();
      const tried = counts.map(({ key, limit }) => {
        const all = rows.filter((row) => row.key === key);
        const wrong = all.filter(({ is_wrong }) => is_wrong === 1);
        requireFewer(
          wrong.map(({ time }) => time),
          limit,
          since,
        );
        return { wrong: wrong.length, isFull: all.length >= limit };
      });
      if (tried.some(({ isFull }) => isFull)) return undefined;
      const inserted = await insertAll(
        db,
        "password_tries",
        keys.map((key) => ({ key, time: now(), is_wrong: 0, node: self })),
      )
        .returning("id")
        .execute();
      return {
        wrong: tried.map(({ wrong }) => wrong),
        ids: inserted.map(({ id }) => id),
      };
    }, aboutOf(counts));

  return {
    async begin(counts) {
      if (counts.length === 0)
        return { wrong: [], end: () => Promise.resolve() };
      for (;;) {
        const begun = await beginNow(counts);
        if (!begun) {
          await wait(againMs);
          continue;
        }
        const { wrong, ids } = begun;
        return {
          wrong,
          end: (isRight) =>
            transact(async ({ db }) => {
              if (isRight === false)
                await db
                  .updateTable("password_tries")
                  .set({ is_wrong: 1, time: now() })
                  .where("id", "in", ids)
                  .execute();
              else
                await db
                  .deleteFrom("password_tries")
                  .where("id", "in", ids)
                  .execute();
              const owners = counts.filter(({ isOwners }) => isOwners);
              if (isRight && owners.length > 0)
                await db
                  .deleteFrom("password_tries")
                  .where(
                    "key",
                    "in",
                    owners.map(({ key }) => key),
                  )
                  .where("is_wrong", "=", 1)
                  .execute();
            }, aboutOf(counts)),
        };
      }
    },

    removeOld: (limit) =>
      transact(async ({ db }) => {
        const old = db
          .selectFrom("password_tries")
          .select("id")
          .where("time", "<=", now() - seconds * 1_000)
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom("password_tries")
          .where("id", "in", old)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}
