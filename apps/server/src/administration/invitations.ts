import { randomInt } from "node:crypto";

import type { UserPublicInfo } from "@parley/protocol/chat/shared";
import type { InvitationRegister } from "@parley/protocol/chat/admission";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import { nextTurn } from "../pace/turns.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteCodes,
  findCodes,
  insertCodes,
  searchCodes,
} from "./admission-store.ts";
import type { WantedCodes } from "./admission-store.ts";

/** Codes by which people register where an invitation is needed. */
export interface Invitations {
  /** Throws 1001 for one that is empty, named twice or there already. */
  add(codes: readonly string[]): Promise<void>;
  /**
   * Makes so many codes of so many characters; search shows them. Throws 1001
   * where the alphabet does not allow that.
   */
  generate(wanted: {
    length: number;
    count: number;
    alphabet: string;
  }): Promise<void>;
  /** All or none of them, also used ones. Throws 1001 for an unknown one. */
  delete(codes: readonly string[]): Promise<void>;
  search(
    wanted: WantedCodes,
    page: Page,
  ): Promise<{ total: number; list: InvitationRegister[] }>;
}

export interface InvitationsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Skips unknown ids. */
  listPublic(userIDs: readonly string[]): Promise<UserPublicInfo[]>;
  now: () => number;
}

/** Limits of one request, beyond any use and quick to make. */
const most = { length: 64, count: 10_000 };
/** Drawn before others have their turn. */
const drawnAtOnce = 100;
/** New draws for what is taken; an alphabet that needs more is too small. */
const draws = 5;

export function createInvitations({
  db,
  transact,
  listPublic,
  now,
}: InvitationsDeps): Invitations {
  /** False: one of the codes exists already, and none was stored. */
  const insertNew = (codes: readonly string[]): Promise<boolean> =>
    transact(async (tx) => {
      if ((await findCodes(tx.db, codes)).length > 0) return false;
      await insertCodes(tx, codes, now());
      return true;
    });

  return {
    async add(codes) {
      requireNamed(codes);
      if (!(await insertNew(codes)))
        throw errors.args("one of the codes exists already");
    },

    async generate({ length, count, alphabet }) {
      if (length < 1 || length > most.length)
        throw errors.args(`len must be 1 to ${most.length}`);
      if (count < 1 || count > most.count)
        throw errors.args(`num must be 1 to ${most.count}`);
      if (alphabet === "") throw errors.args("chars is empty");
      for (let i = 0; i < draws; i++) {
        const codes = await draw({ length, count, alphabet });
        if (codes.length === count && (await insertNew(codes))) return;
      }
      throw errors.args(
        `${count} new codes of ${length} characters need more characters in chars`,
      );
    },

    async delete(codes) {
      requireNamed(codes);
      await transact(async (tx) => {
        const found = new Set(
          (await findCodes(tx.db, codes)).map(({ code }) => code),
        );
        const unknown = codes.find((code) => !found.has(code));
        if (unknown !== undefined)
          throw errors.args(`there is no code '${unknown}'`);
        await deleteCodes(tx, codes);
      });
    },

    async search(wanted, page) {
      const { total, rows } = await searchCodes(db, wanted, page);
      const userIDs = rows.map((row) => row.used_user_id).filter(Boolean);
      const users = new Map(
        (await listPublic(userIDs)).map((user) => [user.userID, user]),
      );
      return {
        total,
        list: rows.map((row) => ({
          invitationCode: row.code,
          createTime: row.create_time,
          usedUserID: row.used_user_id,
          usedUser: users.get(row.used_user_id) ?? null,
        })),
      };
    },
  };
}

function requireNamed(codes: readonly string[]): void {
  if (codes.length === 0) throw errors.args("codes is empty");
  if (codes.includes("")) throw errors.args("a code is empty");
  if (new Set(codes).size < codes.length)
    throw errors.args("a code occurs twice");
}

/** Different ones; fewer where the alphabet hardly allows so many. */
async function draw({
  length,
  count,
  alphabet,
}: {
  length: number;
  count: number;
  alphabet: string;
}): Promise<string[]> {
  // A character that is named twice is not drawn twice as often.
  const characters = [...new Set(alphabet)];
  const codes = new Set<string>();
  for (let i = 0; codes.size < count && i < 2 * count; i++) {
    if (i % drawnAtOnce === drawnAtOnce - 1) await nextTurn();
    codes.add(
      Array.from(
        { length },
        () => characters[randomInt(characters.length)],
      ).join(""),
    );
  }
  return [...codes];
}
