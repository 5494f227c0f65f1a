import type { RemovedKind } from "@parley/protocol/deletion";
import type { Kysely } from "kysely";

import type { Depart } from "../feature/departing.ts";
import type { Schema } from "../storage/schema.ts";
import { dropEntries, dropVersion } from "../storage/versions.ts";
import type { VersionKind } from "../storage/versions.ts";

/** Tables whose rows belong to one user and that nobody is notified of. */
const plainTables = {
  user_commands: "userCommands",
  client_configs: "clientConfigs",
  push_tokens: "pushTokens",
  push_badges: "pushBadges",
  client_logs: "clientLogs",
} as const satisfies Partial<Record<keyof Schema, RemovedKind>>;

const ownLogs: readonly VersionKind[] = [
  "blacks",
  "conversations",
  "friends",
  "joinedGroups",
];

const atOnce = 500;

export const createRowDeparture =
  (db: Kysely<Schema>): Depart =>
  async ({ userID }, removing) => {
    for (const [table, kind] of Object.entries(plainTables) as [
      keyof typeof plainTables,
      RemovedKind,
    ][])
      await removing.once(async (tx) => {
        const { numDeletedRows } = await tx.db
          .deleteFrom(table)
          .where("user_id", "=", userID)
          .executeTakeFirst();
        return { [kind]: Number(numDeletedRows) };
      });
    for (const log of ownLogs) {
      // Nobody may take a part of the rows for all of them, so readers are
      // refused meanwhile.
      for (;;) {
        const entries = await db
          .selectFrom("version_entries")
          .select("entry_id")
          .where("kind", "=", log)
          .where("owner_id", "=", userID)
          .limit(atOnce)
          .execute();
        const ids = entries.map(({ entry_id }) => entry_id);
        if (ids.length > 0)
          await removing.once(async (tx) => {
            await dropEntries(tx, log, userID, ids);
            return {};
          });
        if (ids.length < atOnce) break;
      }
      await removing.once(async (tx) => {
        const known = await tx.db
          .selectFrom("versions")
          .select("version")
          .where("kind", "=", log)
          .where("owner_id", "=", userID)
          .executeTakeFirst();
        await dropVersion(tx, log, userID);
        return { versionLogs: known ? 1 : 0 };
      });
    }
  };
