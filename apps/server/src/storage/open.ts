import { sql } from "kysely";
import type { Kysely } from "kysely";

import { readBelonging } from "./belonging.ts";
import type { BelongingOptions } from "./belonging.ts";
import {
  createDamageWatch,
  DamagedDatabase,
  isDamage,
  watched,
} from "./damage.ts";
import type { DamageWatch } from "./damage.ts";
import type { Engine, DatabaseSnapshot } from "./engine.ts";
import { lockFolder } from "./folder-lock.ts";
import { migrate } from "./migrations.ts";
import type { Migration } from "./migrations/migration.ts";
import type { DatabaseTroubles } from "./postgres-writing.ts";
import { withoutPassword } from "./database-url.ts";
import type { Schema } from "./schema.ts";
import { openSqlite, readSqlite, sqliteFile } from "./sqlite.ts";

export interface StorageOptions {
  dataFolder: string;
  /** postgres://…; empty = the embedded database in the data folder. */
  databaseURL: string;
  /** PostgreSQL only: other nodes of a cluster use it, too. */
  isShared?: boolean;
  /** Throws before anything is changed if this process does not fit to others. */
  requireFit?(db: Kysely<Schema>): Promise<void>;
  /** All that this version has; a database that has others is refused. */
  migrations: readonly Migration[];
  /** Called with errors that will be retried. */
  warn(message: string): void;
  /** Owner of the folder; undefined: it is not checked. */
  owner?: BelongingOptions["owner"];
  /** Time to wait for PostgreSQL at start, in ms. */
  waitMs?: number;
  /**
   * Called when the connection is lost; a process without it cannot continue.
   */
  troubles?: DatabaseTroubles;
  /** Called for the first query that read damaged data. */
  damaged?(damage: DamagedDatabase): void;
  /** Called with the names of the migrations that were applied. */
  migrated?(names: readonly string[]): void;
}

const throwIt = (error: Error): never => {
  throw error;
};

/** Opens the database and brings its schema up to date. */
export async function openStorage({
  dataFolder,
  databaseURL,
  isShared = false,
  requireFit,
  migrations,
  warn,
  owner,
  waitMs = 0,
  troubles = { lost: warn, back: () => undefined, foreign: throwIt },
  damaged,
  migrated,
}: StorageOptions): Promise<Engine> {
  const name =
    databaseURL === "" ? sqliteFile(dataFolder) : withoutPassword(databaseURL);
  let isOpen = false;
  const damage = createDamageWatch(name, (met) => {
    // Before that whoever opens it hears of it.
    if (isOpen) damaged?.(met);
  });
  const belonging =
    owner &&
    readBelonging({
      dataFolder,
      kind: databaseURL === "" ? "sqlite" : "postgres",
      database: name,
      owner,
    });
  // An embedded database locks its folder by itself.
  const unlock = isShared && owner ? lockFolder(dataFolder) : () => undefined;
  const opened =
    databaseURL === ""
      ? openOrExplain(dataFolder, warn, damage)
      : // Only who uses it pays for loading it at start.
        await (
          await import("./postgres.ts")
        )
          .openPostgres({
            url: databaseURL,
            waitMs,
            troubles,
            isShared,
            damage,
            waiting: warn,
          })
          .catch((error: unknown) => {
            unlock();
            throw error;
          });
  const engine = watched(opened, damage);
  engine.close = () => opened.close().finally(unlock);
  try {
    await belonging?.requireSame(engine.write);
    await requireFit?.(engine.write);
    // One node migrates; the others wait for it, and find all done.
    if (isShared) await lockMigrations(engine.write, "pg_advisory_lock");
    const made = await migrate(
      engine.write,
      engine.kind,
      migrations,
      async (work) => {
        await engine.begin();
        try {
          await work();
          await engine.commit();
        } catch (error) {
          await engine.rollback();
          throw error;
        }
      },
    );
    await belonging?.keep(engine.write);
    if (isShared) await lockMigrations(engine.write, "pg_advisory_unlock");
    await engine.durable();
    if (made.length > 0) migrated?.(made);
    isOpen = true;
    return engine;
  } catch (error) {
    await Promise.resolve(engine.close()).catch(() => undefined); // the first error says more
    throw whichIsDamaged(error, name);
  }
}

/** Parley's own number for it among the advisory locks of a database. */
const migrationLock = 7_275_396;

async function lockMigrations(
  db: Kysely<Schema>,
  how: "pg_advisory_lock" | "pg_advisory_unlock",
): Promise<void> {
  await sql`select ${sql.raw(how)}(${sql.lit(migrationLock)})`.execute(db);
}

function openOrExplain(
  dataFolder: string,
  warn: (message: string) => void,
  damage: DamageWatch,
): Engine {
  try {
    return openSqlite(dataFolder, warn, damage);
  } catch (error) {
    throw whichIsDamaged(error, sqliteFile(dataFolder));
  }
}

/** Databases do not say which of their files they found damaged. */
function whichIsDamaged(error: unknown, name: string): unknown {
  const cause = error instanceof DamagedDatabase ? error.cause : error;
  if (!isDamage(cause)) return error;
  const { code, message } = cause as Error & { code: string };
  const recover = code.startsWith("SQLITE")
    ? `, or save what can be read with  sqlite3 ${name} .recover`
    : "";
  return new Error(
    `the database ${name} is damaged (${message}): restore a backup (parley restore)${recover}`,
    { cause },
  );
}

/** Reads it beside a server that may be using it, all as of one moment. */
export async function readStorage({
  dataFolder,
  databaseURL,
}: Pick<
  StorageOptions,
  "dataFolder" | "databaseURL"
>): Promise<DatabaseSnapshot> {
  return databaseURL === ""
    ? readSqlite(sqliteFile(dataFolder))
    : (await import("./postgres.ts")).readPostgres(databaseURL);
}
