import { createHmac } from "node:crypto";

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";

/** What a node says of itself, that nodes of one cluster have to agree on. */
export interface Terms {
  version: string;
  /** By name of the setting: what it is, as a mark. */
  settings: AgreedMarks;
}

export type AgreedMarks = Readonly<Record<string, string>>;

/** A node that differs from those that live does not start. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** Tells equal values from others, and is too short to guess a secret by. */
const markBytes = 4;

/** AgreedMarks of settings; those of one database can be compared. */
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

/** Other nodes, as their rows say. */
export interface OtherNode extends Terms {
  name: string;
}

/** Lists the nodes that are alive; none where there was no cluster yet. */
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

/** Throws Disagreement for the first node that this one cannot work beside. */
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

/** Versions that go by no numbers are let be: their builder knows. */
function isWithinSkew(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) =>
    /^(\d+)\.(\d+)\./.exec(version)?.slice(1).map(Number),
  );
  if (!a || !b) return true;
  return a[0] === b[0] && Math.abs((a[1] ?? 0) - (b[1] ?? 0)) <= 1;
}
