import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";

/**
 * Remembers the addresses and devices at which an account's right password was
 * given.
 */
export interface SignInPlaces {
  /** The first of these that is known; undefined: none. */
  find(account: string, places: readonly string[]): Promise<string | undefined>;
  remember(account: string, places: readonly string[]): Promise<void>;
}

/** Limit per account; the least recently used place is dropped. */
const most = 50;
/** A place is written again when it was last so long ago. */
const freshMs = 86_400_000;

export function createSignInPlaces({
  db,
  transact,
  now,
}: {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}): SignInPlaces {
  const listKnown = (account: string, places: readonly string[]) =>
    places.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom("sign_in_places")
          .select(["place", "time"])
          .where("account", "=", account)
          .where("place", "in", places)
          .execute();

  return {
    async find(account, places) {
      const known = await listKnown(account, places);
      return places.find((each) => known.some(({ place }) => place === each));
    },

    async remember(account, places) {
      const time = now();
      const known = await listKnown(account, places);
      const fresh = known.filter((each) => each.time > time - freshMs);
      const stale = places.filter(
        (place) => !fresh.some((each) => each.place === place),
      );
      if (stale.length === 0) return;
      await transact(async ({ db }) => {
        await db
          .insertInto("sign_in_places")
          .values(stale.map((place) => ({ account, place, time })))
          .onConflict((conflict) =>
            conflict.columns(["account", "place"]).doUpdateSet({ time }),
          )
          .execute();
        await db
          .deleteFrom("sign_in_places")
          .where("account", "=", account)
          .where("place", "not in", (of) =>
            of
              .selectFrom("sign_in_places")
              .select("place")
              .where("account", "=", account)
              .orderBy("time", "desc")
              .orderBy("place")
              .limit(most),
          )
          .execute();
      });
    },
  };
}
