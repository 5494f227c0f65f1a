import { sql } from "kysely";

import type { Migration } from "./migration.ts";

/** Read at a time. */
const chunk = 500;

/**
 * One mailbox is one person, however it is spelled, and so is one phone. Where
 * two spellings are of two people, each keeps their own.
 */
export const spellingsMigration: Migration = {
  name: "023-spellings",
  async up(db) {
    for (let after = "", count = chunk; count === chunk;) {
      const rows = await db
        .selectFrom("credentials")
        .select(["credential", "type"])
        .where("credential", ">", after)
        .where(
          sql<boolean>`(type = 2 and credential <> lower(credential)
            or type = 1 and (credential like '+0%' or credential like '% 0%'))`,
        )
        .orderBy("credential")
        .limit(chunk)
        .execute();
      count = rows.length;
      after = rows.at(-1)?.credential ?? after;
      for (const { credential, type } of rows) {
        const folded =
          type === 2
            ? credential.toLowerCase()
            : credential.replace(/(^\+| )0+(?=\d)/g, "$1");
        const other = await db
          .selectFrom("credentials")
          .select("credential")
          .where("credential", "=", folded)
          .executeTakeFirst();
        if (other || folded === credential) continue;
        await db
          .updateTable("credentials")
          .set({ credential: folded })
          .where("credential", "=", credential)
          .execute();
      }
    }
  },
};
