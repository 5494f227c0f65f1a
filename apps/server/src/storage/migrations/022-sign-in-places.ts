import { sql } from "kysely";

import type { Migration } from "./migration.ts";
import { required } from "./columns.ts";

/**
 * Places where the owner proved the password: strangers' guesses do not lock
 * them out.
 */
export const signInPlacesMigration: Migration = {
  name: "022-sign-in-places",
  async up(db) {
    await db.schema
      .createTable("sign_in_places")
      .addColumn("account", "text", required)
      .addColumn("place", "text", required)
      .addColumn("time", "bigint", required)
      .addPrimaryKeyConstraint("sign_in_places_once", ["account", "place"])
      .execute();
    for (const [column, kind] of [
      ["ip", "address"],
      ["device_id", "device"],
    ] as const)
      await sql`
        insert into sign_in_places (account, place, time)
        select user_id, ${sql.lit(`${kind} `)} || ${sql.ref(column)}, max(login_time)
        from login_records where ${sql.ref(column)} <> ''
        group by user_id, ${sql.ref(column)}
      `.execute(db);
  },
};
