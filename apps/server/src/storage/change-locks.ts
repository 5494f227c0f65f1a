import type { Statements } from "./engine.ts";
import type { Prepare } from "./writer.ts";

/** Parley's own number for it among the advisory locks of a database. */
const changesLock = 7_275_398;

/**
 * Takes the locks that make changes of several processes one after the other, before
 * their work begins and until their commit. A change that says what it is about waits
 * for those about the same, any other one for all. Locks are taken in one order, and
 * before all rows, so that nobody waits for each other.
 */
export function createChangeLocks({ write }: Statements): Prepare {
  return async (_tx, about) => {
    if (about.length === 0) return;
    const isAboutAll = about.includes(undefined);
    if (isAboutAll) {
      await write("lock all changes", "select pg_advisory_xact_lock($1)", [
        changesLock,
      ]);
      return;
    }
    const keys = new Set(about.flatMap((each) => each ?? []));
    const shared = write(
      "lock changes",
      "select pg_advisory_xact_lock_shared($1)",
      [changesLock],
    );
    if (keys.size === 0) return void (await shared);
    await Promise.all([
      shared,
      write(
        "lock keys",
        "select pg_advisory_xact_lock($1::int, hash) from (select distinct hashtext(key) as hash from unnest($2::text[]) as key order by 1) as keys",
        [changesLock, [...keys]],
      ),
    ]);
  };
}
