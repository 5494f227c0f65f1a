import { randomBytes } from "node:crypto";

import type { Kysely } from "kysely";

import type { Schema } from "./schema.ts";
import type { Transaction } from "./writer.ts";

/** The version log that incremental sync reads (notifications.md §3). */
export type VersionKind = "conversations";

export const VersionState = { insert: 1, delete: 2, update: 3 } as const;
export type VersionState = (typeof VersionState)[keyof typeof VersionState];

export interface Version {
  versionID: string;
  version: number;
}

/** What a client must do to reach `version` from the one it has. */
export type Changes = Version &
  (
    | { full: true }
    | { full: false; delete: string[]; insert: string[]; update: string[] }
  );

/** Clients further behind fetch everything (notifications.md §4). */
const maxChanges = 200;

/**
 * Records one operation: exactly one version more, however many entries it
 * touches. The entries' older states are forgotten.
 */
export async function bumpVersion(
  { db }: Transaction,
  kind: VersionKind,
  ownerID: string,
  state: VersionState,
  entryIDs: readonly string[],
): Promise<Version> {
  const row = await db
    .insertInto("versions")
    .values({
      kind,
      owner_id: ownerID,
      version_id: newVersionID(),
      version: 1,
    })
    .onConflict((conflict) =>
      conflict.columns(["kind", "owner_id"]).doUpdateSet((row) => ({
        version: row("versions.version", "+", 1),
      })),
    )
    .returning(["version_id", "version"])
    .executeTakeFirstOrThrow();
  if (entryIDs.length > 0)
    await db
      .insertInto("version_entries")
      .values(
        entryIDs.map((entry_id) => ({
          kind,
          owner_id: ownerID,
          entry_id,
          version: row.version,
          state,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["kind", "owner_id", "entry_id"])
          .doUpdateSet((row) => ({
            version: row.ref("excluded.version"),
            state: row.ref("excluded.state"),
          })),
      )
      .execute();
  return { versionID: row.version_id, version: row.version };
}

/**
 * The current version of a log, made with version 1 when there is none:
 * asking for it is what starts a log (rest.json, get_incremental_…).
 */
export async function currentVersion(
  { db }: Transaction,
  kind: VersionKind,
  ownerID: string,
): Promise<Version> {
  await db
    .insertInto("versions")
    .values({
      kind,
      owner_id: ownerID,
      version_id: newVersionID(),
      version: 1,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const found = await findVersion(db, kind, ownerID);
  if (!found) throw new Error(`no version of ${kind} ${ownerID}`);
  return found;
}

export async function findVersion(
  db: Kysely<Schema>,
  kind: VersionKind,
  ownerID: string,
): Promise<Version | undefined> {
  const row = await db
    .selectFrom("versions")
    .select(["version_id", "version"])
    .where("kind", "=", kind)
    .where("owner_id", "=", ownerID)
    .executeTakeFirst();
  return row && { versionID: row.version_id, version: row.version };
}

/** The decision table of notifications.md §4. */
export async function listChanges(
  db: Kysely<Schema>,
  kind: VersionKind,
  ownerID: string,
  current: Version,
  known: Version,
): Promise<Changes> {
  if (
    known.version === 0 ||
    known.versionID !== current.versionID ||
    known.version > current.version
  )
    return { ...current, full: true };
  if (known.version === current.version)
    return { ...current, full: false, delete: [], insert: [], update: [] };
  const entries = await db
    .selectFrom("version_entries")
    .select(["entry_id", "state"])
    .where("kind", "=", kind)
    .where("owner_id", "=", ownerID)
    .where("version", ">", known.version)
    .orderBy("version")
    .limit(maxChanges + 1)
    .execute();
  if (entries.length > maxChanges) return { ...current, full: true };
  const of = (wanted: VersionState) =>
    entries
      .filter(({ state }) => state === wanted)
      .map(({ entry_id }) => entry_id);
  return {
    ...current,
    full: false,
    delete: of(VersionState.delete),
    insert: of(VersionState.insert),
    update: of(VersionState.update),
  };
}

/** 24 hex digits, as OpenIM's document ids look. */
const newVersionID = () => randomBytes(12).toString("hex");
