import type { Kysely } from "kysely";

import type { Schema } from "../schema.ts";

export type EngineKind = "sqlite" | "postgres";

export interface Migration {
  /** Begins with its number. Never renamed: it is how a database knows what it has. */
  name: string;
  up(db: Kysely<Schema>, kind: EngineKind): Promise<void>;
}
