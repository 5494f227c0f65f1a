import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    favorites: FavoriteTable;
  }
}

/** A message that a user marked as a favorite. */
export interface FavoriteTable {
  /** Increases with time: it is the order of the list. */
  id: Generated<number>;
  user_id: string;
  conversation_id: string;
  seq: number;
  create_time: number;
}
