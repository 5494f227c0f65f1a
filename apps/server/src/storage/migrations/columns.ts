import type { ColumnDefinitionBuilder, Kysely } from "kysely";

import type { EngineKind } from "./migration.ts";
import type { Schema } from "../schema.ts";

// Column types of the migrations.

export const required = (column: ColumnDefinitionBuilder) => column.notNull();
export const zero = (column: ColumnDefinitionBuilder) =>
  column.notNull().defaultTo(0);
export const empty = (column: ColumnDefinitionBuilder) =>
  column.notNull().defaultTo("");
export const key = (column: ColumnDefinitionBuilder) => column.primaryKey();

/** A table of rows in order of insertion, which several lists promise. */
export function numbered(db: Kysely<Schema>, kind: EngineKind, table: string) {
  const builder = db.schema.createTable(table);
  return kind === "sqlite"
    ? builder.addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    : builder.addColumn("id", "bigserial", key);
}
