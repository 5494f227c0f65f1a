import type { Generated } from "kysely";

declare module "../storage/schema.ts" {
  interface Schema {
    tokens: TokenTable;
  }
}

export interface TokenTable {
  id: Generated<number>;
  user_id: string;
  platform_id: number;
  token: string;
  /** 0 normal, 2 kicked (docs/wire/sign-in.md#tokens). */
  state: number;
  /** The time at which the token ends; 0: at its own expiry. */
  grace_until: number;
}
