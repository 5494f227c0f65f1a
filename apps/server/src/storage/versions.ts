import { randomBytes } from "node:crypto";

import type { Kysely } from "kysely";

import { isAmong } from "./id-list.ts";
import { insertEach, insertion } from "./insert-each.ts";
import type { Schema, VersionEntryTable } from "./schema.ts";
import type { Transact, Transaction } from "./writer.ts";

/** The version log that incremental sync reads (docs/wire/sync.md#version-logs). */
export type VersionKind =
  "blacks" | "conversations" | "friends" | "groupMembers" | "joinedGroups";

/**
 * An entry beside those that changed: their order is another now. Clients see
 * it as `sortVersion`.
 */
export const sortMarker = "____S_O_R_T_I_D____";

/** An entry of a log of members: the group itself changed. */
export const groupMarker = "";

export const VersionState = { insert: 1, delete: 2, update: 3 } as const;
export type VersionState = (typeof VersionState)[keyof typeof VersionState];

export interface Version {
  versionID: string;
  version: number;
}

export interface GroupVersion extends Version {
  /** The version at which the group itself changed last; absent: never. */
  groupChangedAt?: number;
}

/** Steps that bring a client to `version` from the version it has. */
export type Changes = Version & {
  /** The version of the newest change of order that is new; 0 = none. */
  sortVersion: number;
} & (
    | { full: true }
    | { full: false; delete: string[]; insert: string[]; update: string[] }
  );

const markers: ReadonlySet<string> = new Set([sortMarker, groupMarker]);

/** Clients further behind fetch everything (docs/wire/sync.md#incremental-answers). */
const maxChanges = 200;

/**
 * Records one operation: exactly one version more, however many entries it
 * touches. The entries' older states are forgotten.
 */
export async function bumpVersion(
  tx: Transaction,
  kind: VersionKind,
  ownerID: string,
  state: VersionState,
  entryIDs: readonly string[],
): Promise<Version> {
  const [row] = await raise(tx, kind, [ownerID]);
  if (!row) throw new Error(`no version of ${kind} ${ownerID}`);
  const { version_id, version } = row;
  await insertEntries(
    tx,
    entryIDs.map((entry_id) => ({
      kind,
      owner_id: ownerID,
      entry_id,
      version,
      state,
    })),
  );
  return { versionID: version_id, version };
}

/**
 * The same entry in many logs at once, as when a group gets members, or one for
 * each of them.
 */
export async function bumpVersions(
  tx: Transaction,
  kind: VersionKind,
  ownerIDs: readonly string[],
  state: VersionState,
  entryID: string | ((ownerID: string) => string),
): Promise<Map<string, Version>> {
  const versions = new Map<string, Version>();
  const rows = await raise(tx, kind, ownerIDs);
  await insertEntries(
    tx,
    rows.map(({ owner_id, version }) => ({
      kind,
      owner_id,
      entry_id: typeof entryID === "string" ? entryID : entryID(owner_id),
      version,
      state,
    })),
  );
  for (const { owner_id, version_id, version } of rows)
    versions.set(owner_id, { versionID: version_id, version });
  return versions;
}

/**
 * Many operations on one log at once, each on an entry of its own: a version more
 * for each of them, in their order.
 */
export async function bumpVersionEach(
  tx: Transaction,
  kind: VersionKind,
  ownerID: string,
  state: VersionState,
  entryIDs: readonly string[],
): Promise<void> {
  const { length } = entryIDs;
  const [row] = length > 0 ? await raise(tx, kind, [ownerID], length) : [];
  if (!row) return;
  await insertEntries(
    tx,
    entryIDs.map((entry_id, i) => ({
      kind,
      owner_id: ownerID,
      entry_id,
      version: row.version - length + 1 + i,
      state,
    })),
  );
}

const raising = insertion({
  into: "versions",
  columns: ["kind", "owner_id", "version_id", "version"],
  rest: (insert) =>
    insert
      .onConflict((conflict) =>
        conflict.columns(["kind", "owner_id"]).doUpdateSet((row) => ({
          version: row("versions.version", "+", row.ref("excluded.version")),
        })),
      )
      .returning(["owner_id", "version_id", "version"]),
});

/** Logs, each there once, get a version more. */
const raise = (
  { db }: Transaction,
  kind: VersionKind,
  ownerIDs: readonly string[],
  by = 1,
) =>
  insertEach(
    db,
    raising,
    ownerIDs.map((owner_id) => ({
      kind,
      owner_id,
      version_id: newVersionID(),
      version: by,
    })),
  );

const entering = insertion({
  into: "version_entries",
  columns: ["kind", "owner_id", "entry_id", "version", "state"],
  rest: (insert) =>
    insert.onConflict((conflict) =>
      conflict.columns(["kind", "owner_id", "entry_id"]).doUpdateSet((row) => ({
        version: row.ref("excluded.version"),
        state: row.ref("excluded.state"),
      })),
    ),
});

const insertEntries = (
  { db }: Transaction,
  entries: readonly VersionEntryTable[],
) => insertEach(db, entering, entries);

/** Deletes a part of a version log that is no longer needed. */
export async function dropEntries(
  { db }: Transaction,
  kind: VersionKind,
  ownerID: string,
  entryIDs: readonly string[],
): Promise<void> {
  await db
    .deleteFrom("version_entries")
    .where("kind", "=", kind)
    .where("owner_id", "=", ownerID)
    .where(isAmong(db, "entry_id", entryIDs))
    .execute();
}

/** Deletes the version of an owner; a later log starts under another id. */
export async function dropVersion(
  { db }: Transaction,
  kind: VersionKind,
  ownerID: string,
): Promise<void> {
  for (const table of ["versions", "version_entries"] as const)
    await db
      .deleteFrom(table)
      .where("kind", "=", kind)
      .where("owner_id", "=", ownerID)
      .execute();
}

/**
 * The current version of a log, made with version 1 when there is none:
 * asking for it is what starts a log.
 */
export async function versionOf(
  { db, transact }: { db: Kysely<Schema>; transact: Transact },
  kind: VersionKind,
  ownerID: string,
): Promise<Version> {
  const known = await findVersion(db, kind, ownerID);
  return known ?? transact((tx) => startVersion(tx, kind, ownerID));
}

async function startVersion(
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

async function findVersion(
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

/** The logs of many groups' members, by groupID. */
export async function findGroupVersions(
  db: Kysely<Schema>,
  groupIDs: readonly string[],
): Promise<Map<string, GroupVersion>> {
  const rows = await db
    .selectFrom("versions as v")
    .leftJoin("version_entries as entry", (join) =>
      join
        .onRef("entry.kind", "=", "v.kind")
        .onRef("entry.owner_id", "=", "v.owner_id")
        .on("entry.entry_id", "=", groupMarker),
    )
    .select([
      "v.owner_id",
      "v.version_id",
      "v.version",
      "entry.version as changed_at",
    ])
    .where("v.kind", "=", "groupMembers")
    .where(isAmong(db, "v.owner_id", groupIDs))
    .execute();
  return new Map(
    rows.map(({ owner_id, version_id, version, changed_at }) => [
      owner_id,
      {
        versionID: version_id,
        version,
        ...(changed_at !== null && { groupChangedAt: changed_at }),
      },
    ]),
  );
}

/** Returns the last change of an entry; undefined: it never existed. */
export async function findState(
  db: Kysely<Schema>,
  kind: VersionKind,
  ownerID: string,
  entryID: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("version_entries")
    .select("state")
    .where("kind", "=", kind)
    .where("owner_id", "=", ownerID)
    .where("entry_id", "=", entryID)
    .executeTakeFirst();
  return row?.state;
}

/** The decision table of docs/wire/sync.md#incremental-answers. */
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
    return { ...current, full: true, sortVersion: 0 };
  if (known.version === current.version)
    return {
      ...current,
      full: false,
      sortVersion: 0,
      delete: [],
      insert: [],
      update: [],
    };
  const entries = await db
    .selectFrom("version_entries")
    .select(["entry_id", "state", "version"])
    .where("kind", "=", kind)
    .where("owner_id", "=", ownerID)
    .where("version", ">", known.version)
    .orderBy("version")
    .limit(maxChanges + 1)
    .execute();
  if (entries.length > maxChanges)
    return { ...current, full: true, sortVersion: 0 };
  const of = (wanted: VersionState) =>
    entries
      .filter(
        ({ state, entry_id }) => state === wanted && !markers.has(entry_id),
      )
      .map(({ entry_id }) => entry_id);
  return {
    ...current,
    full: false,
    sortVersion:
      entries.find(({ entry_id }) => entry_id === sortMarker)?.version ?? 0,
    delete: of(VersionState.delete),
    insert: of(VersionState.insert),
    update: of(VersionState.update),
  };
}

/** 24 hex digits, as OpenIM's document ids look. */
const newVersionID = () => randomBytes(12).toString("hex");
