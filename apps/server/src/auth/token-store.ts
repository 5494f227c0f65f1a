import type { Kysely } from "kysely";

import { chunksOf } from "../storage/chunks.ts";
import { then } from "../storage/engine.ts";
import type { Now } from "../storage/engine.ts";
import { isAmong } from "../storage/id-list.ts";
import { createLookup } from "../storage/lookup.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";

/** OpenIM's numbers; 1 and 3 are never written (docs/wire/sign-in.md#tokens). */
export const TokenState = { normal: 0, kicked: 2 } as const;

/** Validity of a stored token. */
export interface TokenStanding {
  readonly state: number;
  /** A replaced token of an administrator is valid until then; 0: it was not replaced. */
  readonly graceUntil: number;
}

export interface StoredToken extends TokenStanding {
  token: string;
  platformID: number;
}

/** One for all tokens, because there is one for each connection in memory. */
const inOrder: TokenStanding = { state: TokenState.normal, graceUntil: 0 };

/** Finds null for a token that nobody was given. */
export function createStandings(
  db: Kysely<Schema>,
): (token: string) => Now<TokenStanding | null> {
  const rowOf = createLookup(db, {
    table: "tokens",
    by: ["token"],
    select: ["state", "grace_until"],
  });
  return (token) =>
    then(rowOf(token), ([row]) => {
      if (!row) return null;
      const { state, grace_until: graceUntil } = row;
      return state === inOrder.state && graceUntil === inOrder.graceUntil
        ? inOrder
        : { state, graceUntil };
    });
}

/** Lists tokens, the oldest first. */
export async function listTokens(
  { db }: Transaction,
  userID: string,
): Promise<StoredToken[]> {
  const rows = await db
    .selectFrom("tokens")
    .selectAll()
    .where("user_id", "=", userID)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    token: row.token,
    platformID: row.platform_id,
    state: row.state,
    graceUntil: row.grace_until,
  }));
}

export async function insertToken(
  { db }: Transaction,
  userID: string,
  platformID: number,
  token: string,
): Promise<void> {
  await db
    .insertInto("tokens")
    .values({
      user_id: userID,
      platform_id: platformID,
      token,
      state: TokenState.normal,
      grace_until: 0,
    })
    .execute();
}

export async function deleteTokens(
  { db }: Transaction,
  tokens: readonly string[],
): Promise<void> {
  for (const chunk of chunksOf(tokens))
    await db
      .deleteFrom("tokens")
      .where(isAmong(db, "token", chunk))
      .execute();
}

export async function updateTokens(
  { db }: Transaction,
  tokens: readonly string[],
  change: { state: number } | { grace_until: number },
): Promise<void> {
  for (const chunk of chunksOf(tokens))
    await db
      .updateTable("tokens")
      .set(change)
      .where(isAmong(db, "token", chunk))
      .execute();
}
