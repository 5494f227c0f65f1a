import { createHmac } from "node:crypto";

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";

/** The version and settings of a node, which all nodes of a cluster must have in common. */
export interface Terms {
  version: string;
  /** The hash of each value, by name of the setting. */
  settings: AgreedMarks;
}

export type AgreedMarks = Readonly<Record<string, string>>;

/** A node may not start because its settings differ from those of a live node. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** Length of a hash: long enough to tell values apart, too short to brute-force a secret. */
const markBytes = 4;

/** Hashes settings, with the id of the database as the key. */
export const marksOf = (
  settings: Readonly<Record<string, unknown>>,
  databaseID: string,
): AgreedMarks =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      createHmac("sha256", databaseID)
        .update(JSON.stringify([name, value]))
        .digest()
        .subarray(0, markBytes)
        .toString("hex"),
    ]),
  );

/** Another node, as its row says. */
export interface OtherNode extends Terms {
  name: string;
}

/** Lists the live nodes; none if the database never had a cluster. */
export async function listTerms(
  db: Kysely<Schema>,
  deadMs: number,
): Promise<OtherNode[]> {
  const { rows: known } = await sql<{ is: boolean }>`
    select to_regclass('nodes') is not null as is`.execute(db);
  if (known[0]?.is !== true) return [];
  const { rows } = await sql<OtherNode>`
    select name, version, settings from nodes
    where beat_at >= clock_timestamp() - ${deadMs} * interval '1 millisecond'
    order by since, id`.execute(db);
  return rows;
}

/** Throws Disagreement if a node has other settings or a version too far from this one. */
export function requireAgreement(
  mine: Terms,
  others: readonly OtherNode[],
): void {
  for (const { name, version, settings } of others) {
    if (!isWithinSkew(mine.version, version))
      throw new Disagreement(
        `this is Parley ${mine.version}, and the node ${name} of this cluster is ${version}: nodes may differ by one minor version at most; go from one to the next, with all nodes each time`,
      );
    const different = Object.keys(mine.settings).filter(
      (each) =>
        settings[each] !== undefined && settings[each] !== mine.settings[each],
    );
    if (different.length > 0)
      throw new Disagreement(
        `${different.join(", ")} ${different.length > 1 ? "are" : "is"} not what the node ${name} of this cluster has: give all nodes the same settings, or name another database with PARLEY_DATABASE_URL`,
      );
  }
}

/** Versions without numbers (own builds) are accepted. */
function isWithinSkew(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) =>
    /^(\d+)\.(\d+)\./.exec(version)?.slice(1).map(Number),
  );
  if (!a || !b) return true;
  return a[0] === b[0] && Math.abs((a[1] ?? 0) - (b[1] ?? 0)) <= 1;
}
