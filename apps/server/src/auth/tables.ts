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
  /** When the token stops counting; 0 while its own expiry decides. */
  grace_until: number;
}
