import type { Kysely } from "kysely";

import { startMigration } from "./migrations/001-start.ts";
import { friendsMigration } from "./migrations/002-friends.ts";
import { groupsMigration } from "./migrations/003-groups.ts";
import { objectsMigration } from "./migrations/005-objects.ts";
import { pushMigration } from "./migrations/006-push.ts";
import { clientLogsMigration } from "./migrations/007-client-logs.ts";
import { pushReasonsMigration } from "./migrations/013-push-reasons.ts";
import { statisticsMigration } from "./migrations/008-statistics.ts";
import { messageSearchMigration } from "./migrations/012-message-search.ts";
import { accountsMigration } from "./migrations/015-accounts.ts";
import { agentsMigration } from "./migrations/016-agents.ts";
import { accountSearchMigration } from "./migrations/017-account-search.ts";
import { deletionMigration } from "./migrations/018-deletion.ts";
import { auditMigration } from "./migrations/019-audit.ts";
import { largeChangesMigration } from "./migrations/020-large-changes.ts";
import { deletedMessagesMigration } from "./migrations/021-deleted-messages.ts";
import { signInPlacesMigration } from "./migrations/022-sign-in-places.ts";
import { spellingsMigration } from "./migrations/023-spellings.ts";
import { largeChangePlacesMigration } from "./migrations/024-large-change-places.ts";
import { followUpsMigration } from "./migrations/025-follow-ups.ts";
import { listsMigration } from "./migrations/014-lists.ts";
import { key, required } from "./migrations/columns.ts";
import type { EngineKind, Migration } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";

/** Migrations of the machinery and the first features; later features bring their own. */
export const migrations: readonly Migration[] = [
  startMigration,
  friendsMigration,
  groupsMigration,
  objectsMigration,
  pushMigration,
  clientLogsMigration,
  statisticsMigration,
  messageSearchMigration,
  pushReasonsMigration,
  listsMigration,
  accountsMigration,
  agentsMigration,
  accountSearchMigration,
  deletionMigration,
  auditMigration,
  largeChangesMigration,
  deletedMessagesMigration,
  signInPlacesMigration,
  spellingsMigration,
  largeChangePlacesMigration,
  followUpsMigration,
];

/**
 * Brings the schema up to date, in the order of the migrations' numbers. Each
 * step is one transaction. Returns the names of those that were missing.
 */
export async function migrate(
  db: Kysely<Schema>,
  kind: EngineKind,
  all: readonly Migration[],
  inTransaction: (work: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  await createMeta(db);
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("key", "=", "migrations")
    .executeTakeFirst();
  const done = new Set(row?.value.split(" ") ?? []);
  const known = new Set(all.map(({ name }) => name));
  const foreign = [...done].filter((name) => !known.has(name));
  if (foreign.length > 0)
    throw new Error(
      `the data was written by a newer Parley (it has ${foreign.join(", ")}): start that version, or restore a backup`,
    );
  const missing = all
    .filter(({ name }) => !done.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const migration of missing) {
    done.add(migration.name);
    await inTransaction(async () => {
      await migration.up(db, kind);
      await db
        .insertInto("meta")
        .values({ key: "migrations", value: [...done].join(" ") })
        .onConflict((c) =>
          c.column("key").doUpdateSet({ value: [...done].join(" ") }),
        )
        .execute();
    });
  }
  return missing.map(({ name }) => name);
}

/** Makes the table that there is before all others, unless it is there. */
export async function createMeta(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("meta")
    .ifNotExists()
    .addColumn("key", "text", key)
    .addColumn("value", "text", required)
    .execute();
}
