import { randomBytes } from "node:crypto";

import type {
  ApplicationAddVersionReq,
  ApplicationUpdateVersionReq,
} from "@parley/protocol/chat/applications";
import type { ApplicationVersion } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteVersions,
  findLatestVersion,
  findVersion,
  insertVersion,
  listVersions,
  updateVersion,
} from "./applications-store.ts";
import type { VersionRow } from "./applications-store.ts";

/** Versions of the applications that people install. */
export interface ApplicationVersions {
  /** Throws 1003 where the platform has such a version. */
  add(version: ApplicationAddVersionReq): Promise<void>;
  /**
   * Changes what is not null; nothing is fine, also of an unknown version.
   * Throws 1001, 1003, 1004.
   */
  update(change: ApplicationUpdateVersionReq): Promise<void>;
  /** Ignores unknown ids. Throws 1001 for an invalid id. */
  delete(ids: readonly string[]): Promise<void>;
  /** Marked as the latest comes first, then the newest. */
  findLatest(platform: string): Promise<ApplicationVersion | null>;
  /** `platforms` empty: of all. */
  list(
    platforms: readonly string[],
    page: Page,
  ): Promise<{ total: number; versions: ApplicationVersion[] }>;
}

export interface ApplicationVersionsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

export function createApplicationVersions({
  db,
  transact,
  now,
}: ApplicationVersionsDeps): ApplicationVersions {
  const createID = createVersionIDs(now);
  return {
    async add(version) {
      await transact(async (tx) => {
        if (await findVersion(tx.db, pick(version)))
          throw errors.duplicateKey(nameOf(version));
        await insertVersion(tx, {
          version_id: createID(),
          platform: version.platform,
          version: version.version,
          url: version.url,
          text: version.text,
          force: Number(version.force),
          latest: Number(version.latest),
          hot: Number(version.hot),
          create_time: now(),
        });
      });
    },

    async update({ id: asked, ...values }) {
      const id = readID(asked);
      const change = Object.fromEntries(
        Object.entries(values)
          .filter(([, value]) => value !== null)
          .map(([field, value]) => [
            field,
            typeof value === "boolean" ? Number(value) : value,
          ]),
      ) as Partial<VersionRow>;
      if (Object.keys(change).length === 0) return;
      await transact(async (tx) => {
        const before = await findVersion(tx.db, { version_id: id });
        if (!before) throw errors.notFound(`there is no version ${id}`);
        const after = { ...before, ...change };
        const other = await findVersion(tx.db, pick(after));
        if (other && other.version_id !== id)
          throw errors.duplicateKey(nameOf(after));
        await updateVersion(tx, id, change);
      });
    },

    async delete(ids) {
      const known = ids.map(readID);
      if (ids.length > 0) await transact((tx) => deleteVersions(tx, known));
    },

    async findLatest(platform) {
      const row = await findLatestVersion(db, platform);
      return row ? toVersion(row) : null;
    },

    async list(platforms, page) {
      const { total, rows } = await listVersions(db, platforms, page);
      return { total, versions: rows.map(toVersion) };
    },
  };
}

/**
 * Made like the ids of OpenIM's store, so that what was brought over from
 * there sorts before what is new: seconds, then what tells processes apart,
 * then a count that no second comes to the end of.
 */
export function createVersionIDs(now: () => number): () => string {
  const process = randomBytes(5).toString("hex");
  let second = 0;
  let count = 0;
  return () => {
    const current = Math.max(second, Math.floor(now() / 1_000));
    count = current === second ? count + 1 : 0;
    second = current;
    return (
      current.toString(16).padStart(8, "0") +
      process +
      count.toString(16).padStart(6, "0")
    );
  };
}

function readID(id: string): string {
  if (!/^[\da-f]{24}$/i.test(id))
    throw errors.args(`'${id}' is no id of 24 hex digits`);
  return id.toLowerCase();
}

const pick = ({
  platform,
  version,
}: {
  platform: string;
  version: string;
}) => ({ platform, version });

const nameOf = ({ platform, version }: { platform: string; version: string }) =>
  `there is a version '${version}' for '${platform}'`;

const toVersion = (row: VersionRow): ApplicationVersion => ({
  id: row.version_id,
  platform: row.platform,
  version: row.version,
  url: row.url,
  text: row.text,
  force: row.force === 1,
  latest: row.latest === 1,
  hot: row.hot === 1,
  createTime: row.create_time,
});
