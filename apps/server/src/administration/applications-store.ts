import type { Insertable, Kysely, Selectable, Updateable } from "kysely";

import type { AppletTable, ApplicationVersionTable } from "./tables.ts";
import { isAmong } from "../storage/id-list.ts";
import { selectPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { containsText } from "../storage/text-search.ts";
import type { Transaction } from "../storage/writer.ts";

type DB = Kysely<Schema>;

export type AppletRow = Selectable<AppletTable>;
export type VersionRow = Selectable<ApplicationVersionTable>;

export async function findApplets(
  db: DB,
  ids: readonly string[],
): Promise<AppletRow[]> {
  return db
    .selectFrom("applets")
    .selectAll()
    .where(isAmong(db, "applet_id", ids))
    .execute();
}

export async function listAppletsOf(
  db: DB,
  status: number,
): Promise<AppletRow[]> {
  return db
    .selectFrom("applets")
    .selectAll()
    .where("status", "=", status)
    .orderBy("id")
    .execute();
}

export async function insertApplet(
  { db }: Transaction,
  applet: Insertable<AppletTable>,
): Promise<void> {
  await db.insertInto("applets").values(applet).execute();
}

export async function updateApplet(
  { db }: Transaction,
  id: string,
  change: Updateable<AppletTable>,
): Promise<void> {
  await db
    .updateTable("applets")
    .set(change)
    .where("applet_id", "=", id)
    .execute();
}

export async function deleteApplets(
  { db }: Transaction,
  ids: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("applets")
    .where(isAmong(db, "applet_id", ids))
    .execute();
}

/** Matches a part of name, id or version; "" matches all. */
export async function searchApplets(
  db: DB,
  keyword: string,
  page: Page,
): Promise<{ total: number; rows: AppletRow[] }> {
  let matching = db.selectFrom("applets");
  if (keyword !== "")
    matching = matching.where((eb) =>
      eb.or(
        ["name", "applet_id", "app_id", "version"].map((column) =>
          containsText(db, column, keyword),
        ),
      ),
    );
  return selectPage(matching.selectAll().orderBy("id"), page);
}

/** The one that its clients are told of. */
export async function findLatestVersion(
  db: DB,
  platform: string,
): Promise<VersionRow | undefined> {
  return db
    .selectFrom("application_versions")
    .selectAll()
    .where("platform", "=", platform)
    .orderBy("latest", "desc")
    .orderBy("create_time", "desc")
    .orderBy("version_id", "desc")
    .executeTakeFirst();
}

/** `platforms` empty: of all. */
export async function listVersions(
  db: DB,
  platforms: readonly string[],
  page: Page,
): Promise<{ total: number; rows: VersionRow[] }> {
  let matching = db.selectFrom("application_versions");
  if (platforms.length > 0)
    matching = matching.where(isAmong(db, "platform", platforms));
  const sorted = matching
    .selectAll()
    .orderBy("latest", "desc")
    .orderBy("create_time", "desc")
    .orderBy("version_id", "desc");
  return selectPage(sorted, page);
}

export async function findVersion(
  db: DB,
  wanted:
    Pick<VersionRow, "version_id"> | { platform: string; version: string },
): Promise<VersionRow | undefined> {
  let matching = db.selectFrom("application_versions").selectAll();
  for (const [column, value] of Object.entries(wanted))
    matching = matching.where(column as keyof VersionRow, "=", value);
  return matching.executeTakeFirst();
}

export async function insertVersion(
  { db }: Transaction,
  version: Insertable<ApplicationVersionTable>,
): Promise<void> {
  await db.insertInto("application_versions").values(version).execute();
}

export async function updateVersion(
  { db }: Transaction,
  id: string,
  change: Updateable<ApplicationVersionTable>,
): Promise<void> {
  await db
    .updateTable("application_versions")
    .set(change)
    .where("version_id", "=", id)
    .execute();
}

export async function deleteVersions(
  { db }: Transaction,
  ids: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("application_versions")
    .where(isAmong(db, "version_id", ids))
    .execute();
}

export async function listClientSettings(
  db: DB,
): Promise<{ key: string; value: string }[]> {
  return db
    .selectFrom("application_configs")
    .selectAll()
    .orderBy("key")
    .execute();
}

export async function findClientSetting(
  db: DB,
  key: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("application_configs")
    .select("value")
    .where("key", "=", key)
    .executeTakeFirst();
  return row?.value;
}

export async function setClientSetting(
  { db }: Transaction,
  key: string,
  value: string,
): Promise<void> {
  await db
    .insertInto("application_configs")
    .values({ key, value })
    .onConflict((row) => row.column("key").doUpdateSet({ value }))
    .execute();
}

export async function deleteClientSettings(
  { db }: Transaction,
  keys: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("application_configs")
    .where(isAmong(db, "key", keys))
    .execute();
}
