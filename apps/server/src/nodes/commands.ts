import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";

/** A node, as `parley nodes` shows it. */
export interface ListedNode {
  id: string;
  name: string;
  version: string;
  addresses: string;
  sockets: number;
  /** ISO 8601. */
  since: string;
  state: string;
}

/** Other nodes declare a node dead after so many seconds without a beat. */
export const deadSeconds = 8;

interface Row extends Omit<ListedNode, "since"> {
  since: number;
  silent: number;
}

/** Lists the nodes of the cluster that uses this database, the oldest first. */
export async function listNodes(db: Kysely<Schema>): Promise<ListedNode[]> {
  const { rows } = await sql<Row>`
    select id, name, version, addresses, sockets, since, state,
      extract(epoch from clock_timestamp() - beat_at)::float8 as silent
    from nodes order by since, id`.execute(db);
  return rows.map(({ silent, since, state, ...node }) => ({
    ...node,
    since: new Date(since).toISOString(),
    state: silent > deadSeconds ? `silent for ${Math.round(silent)} s` : state,
  }));
}

const columns = [
  "id",
  "name",
  "version",
  "addresses",
  "sockets",
  "since",
  "state",
] as const;

/** Renders a table with a line for the names of its columns. */
export function renderNodes(nodes: readonly ListedNode[]): string {
  if (nodes.length === 0) return "no node of a cluster has this database now";
  const rows = [
    columns.map((column) => column.toUpperCase()),
    ...nodes.map((node) => columns.map((column) => String(node[column]))),
  ];
  const widths = columns.map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
