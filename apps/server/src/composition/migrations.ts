import { exchangesMigration } from "../agents/exchanges-migration.ts";
import { arrivalsMigration } from "../accounts/arrivals-migration.ts";
import { triesMigration } from "../accounts/tries-migration.ts";
import { sharedLogMigration } from "../message-log/shared-log-migration.ts";
import { sendResultsMigration } from "../messages/send-results-migration.ts";
import { followUpNodesMigration } from "../follow-ups/migration.ts";
import { drainMigration } from "../nodes/drain-migration.ts";
import { nodesMigration } from "../nodes/migration.ts";
import { migrations as firstMigrations } from "../storage/migrations.ts";
import type { Migration } from "../storage/migrations/migration.ts";
import { featureMigrations } from "./features.ts";

/** All migrations. A new one of a feature stands in the feature's declaration. */
export const migrations: readonly Migration[] = [
  ...firstMigrations,
  sharedLogMigration,
  nodesMigration,
  arrivalsMigration,
  sendResultsMigration,
  followUpNodesMigration,
  triesMigration,
  exchangesMigration,
  drainMigration,
  ...featureMigrations,
];
