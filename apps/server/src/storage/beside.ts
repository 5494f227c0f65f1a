import type { Kysely } from "kysely";

import type { Schema } from "./schema.ts";
import { sqliteFile, writeSqlite } from "./sqlite.ts";

/** A few changes from another process than the server, which may be running. */
export interface Beside {
  readonly db: Kysely<Schema>;
  /** All of it, durable, or none. */
  change<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Throws if there is no database yet. */
export async function openBeside({
  dataFolder,
  databaseURL,
}: {
  dataFolder: string;
  databaseURL: string;
}): Promise<Beside> {
  const { db, run, close } =
    databaseURL === ""
      ? writeSqlite(sqliteFile(dataFolder))
      : await (await import("./postgres.ts")).writePostgres(databaseURL);
  return {
    db,
    async change(work) {
      await run("begin");
      try {
        const result = await work(db);
        await run("commit");
        return result;
      } catch (error) {
        await run("rollback");
        throw error;
      }
    },
    close,
  };
}
