import { randomInt } from "node:crypto";

import type { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors, ProtocolError } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { IMClient } from "../im-client/im-client.ts";
import { nextTurn } from "../pace/turns.ts";
import { chunksOf } from "../storage/chunks.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transaction } from "../storage/writer.ts";
import type { Admission } from "./admission.ts";
import type { Arrivals } from "./arrivals.ts";
import { takenError } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import { readNewcomer, waysOf } from "./newcomers.ts";
import {
  deleteAccount,
  findAccount,
  findAccounts,
  findCredentials,
} from "./store.ts";

/**
 * Conflicts of newcomers with accounts that exist, and abandoned accounts among
 * them.
 */
export interface Occupied {
  taken: Way[];
  abandoned: Abandoned[];
}

/** The IM server knows nothing of this user: their registration failed. */
export interface Abandoned {
  userID: string;
  /** Row of the account: the next registration may get the same userID. */
  accountID: number;
}

export interface Checked {
  /** One per newcomer, in their order. */
  problems: (ProtocolError | undefined)[];
  abandoned: Abandoned[];
}

/** Decides which userIDs, phones, addresses and names newcomers may have. */
export interface Vacancies {
  findOccupied(operationID: string, ways: readonly Way[]): Promise<Occupied>;
  /** Also finds names that two of the new accounts want. */
  check(
    operationID: string,
    users: readonly (RegisterUserInfo | null)[],
  ): Promise<Checked>;
  /**
   * Accounts whose registration failed. Somebody may have cleared them before,
   * and registered anew: that one stays.
   */
  clear(tx: Transaction, abandoned: readonly Abandoned[]): Promise<void>;
  /** Somebody may have been quicker since it was looked at: `taken` or 1001. */
  requireFree(
    tx: Transaction,
    users: readonly RegisterUserInfo[],
    taken: (way: Pick<Way, "type">) => ProtocolError,
  ): Promise<void>;
}

export interface VacanciesDeps {
  db: Kysely<Schema>;
  im: Pick<IMClient, "findRegistered">;
  arrivals: Pick<Arrivals, "among">;
  admission: Pick<Admission, "returnInvitation">;
  /**
   * Returns the userIDs that administrators have: tokens of both go by the same
   * ids.
   */
  findReserved(
    db: Kysely<Schema>,
    userIDs: readonly string[],
  ): Promise<string[]>;
}

/** Looked at before others have their turn. */
const atOnce = 500;

export function createVacancies({
  db,
  im,
  arrivals,
  admission,
  findReserved,
}: VacanciesDeps): Vacancies {
  /**
   * Returns the accounts that no registration is announcing to the IM server at
   * the moment. Callers ask the IM server first, so an account that arrives
   * meanwhile is known there.
   */
  async function listSettled(userIDs: Iterable<string>): Promise<Abandoned[]> {
    const settled: Abandoned[] = [];
    for (const chunk of chunksOf([...new Set(userIDs)], atOnce)) {
      const accounts = await findAccounts(db, chunk);
      const arriving = await arrivals.among(
        db,
        accounts.map(({ user_id }) => user_id),
      );
      for (const { user_id: userID, id } of accounts)
        if (!arriving.has(userID)) settled.push({ userID, accountID: id });
      if (chunk.length === atOnce) await nextTurn();
    }
    return settled;
  }

  /**
   * Returns the accounts that the IM server does not know and nobody is
   * announcing.
   */
  async function findAbandoned(
    operationID: string,
    userIDs: Iterable<string>,
  ): Promise<Abandoned[]> {
    const accounts = await listSettled(userIDs);
    const known = await im.findRegistered(
      operationID,
      accounts.map(({ userID }) => userID),
    );
    return accounts.filter(({ userID }) => !known.has(userID));
  }

  async function findOccupied(
    operationID: string,
    ways: readonly Way[],
  ): Promise<Occupied> {
    const found: Awaited<ReturnType<typeof findCredentials>> = [];
    for (const chunk of chunksOf(ways, atOnce)) {
      const credentials = chunk.map(({ credential }) => credential);
      found.push(...(await findCredentials(db, credentials)));
      if (ways.length > atOnce) await nextTurn();
    }
    const abandoned = await findAbandoned(
      operationID,
      found.map(({ userID }) => userID),
    );
    const gone = new Set(abandoned.map(({ userID }) => userID));
    const held = new Set(
      found
        .filter(({ userID }) => !gone.has(userID))
        .map(({ credential }) => credential),
    );
    return {
      taken: ways.filter(({ credential }) => held.has(credential)),
      abandoned,
    };
  }

  /**
   * Checks userIDs that administrators chose: known ones, and abandoned
   * accounts.
   */
  async function findKnown(
    operationID: string,
    chosen: readonly string[],
  ): Promise<{ known: Set<string>; abandoned: Abandoned[] }> {
    const settled = await listSettled(chosen);
    const known = await im.findRegistered(operationID, [...new Set(chosen)]);
    for (const userID of await findReserved(db, chosen)) known.add(userID);
    for (const userID of await arrivals.among(db, chosen)) known.add(userID);
    return {
      known,
      abandoned: settled.filter(({ userID }) => !known.has(userID)),
    };
  }

  return {
    findOccupied,

    async check(operationID, users) {
      const read: (RegisterUserInfo | ProtocolError)[] = [];
      for (const chunk of chunksOf(users, atOnce)) {
        read.push(...chunk.map(readOrRefuse));
        if (users.length > atOnce) await nextTurn();
      }
      const good = read.flatMap((each) =>
        each instanceof ProtocolError ? [] : [each],
      );
      // UserIDs are read before phone numbers: whoever is registered between the two
      // reads has both, and the refusal names the number, as it does at other times.
      const chosen = await findKnown(
        operationID,
        good.map(({ userID }) => userID).filter(Boolean),
      );
      const occupied = await findOccupied(operationID, good.flatMap(waysOf));
      const ways = new Set(occupied.taken.map(({ credential }) => credential));
      return {
        problems: read.map((each) =>
          each instanceof ProtocolError
            ? each
            : takeOrRefuse(each, chosen.known, ways),
        ),
        abandoned: [...occupied.abandoned, ...chosen.abandoned],
      };
    },

    async clear(tx, abandoned) {
      const userIDs = abandoned.map(({ userID }) => userID);
      const arriving = await arrivals.among(tx.db, userIDs);
      for (const { userID, accountID } of abandoned) {
        const still = await findAccount(tx.db, userID);
        if (arriving.has(userID) || still?.id !== accountID) continue;
        await deleteAccount(tx, userID);
        await admission.returnInvitation(tx, userID);
      }
    },

    async requireFree({ db }, users, taken) {
      const ways = users.flatMap(waysOf).map(({ credential }) => credential);
      const [other] = await findCredentials(db, ways);
      if (other) throw taken(other);
      const chosen = users.map(({ userID }) => userID).filter(Boolean);
      const known = [
        ...(await findAccounts(db, chosen)).map(({ user_id }) => user_id),
        ...(await findReserved(db, chosen)),
      ];
      if (known[0] !== undefined)
        throw errors.args(`there is a user ${known[0]}`);
    },
  };
}

function readOrRefuse(
  user: RegisterUserInfo | null,
): RegisterUserInfo | ProtocolError {
  try {
    return readNewcomer(user);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

/** Remembers what the newcomer takes. */
function takeOrRefuse(
  user: RegisterUserInfo,
  userIDs: Set<string>,
  taken: Set<string>,
): ProtocolError | undefined {
  const { userID } = user;
  const ways = waysOf(user);
  const occupied = ways.find(({ credential }) => taken.has(credential));
  if (occupied) return takenError(occupied);
  if (userID !== "" && userIDs.has(userID))
    return errors.args(`there is a user ${userID}`);
  userIDs.add(userID);
  for (const { credential } of ways) taken.add(credential);
  return undefined;
}

/** Returns `count` random userIDs that are free. */
export async function freeUserIDs(
  db: Kysely<Schema>,
  count: number,
): Promise<string[]> {
  const free = new Set<string>();
  for (let tries = 0; tries < 20 && free.size < count; tries++) {
    const drawn = Array.from({ length: count - free.size }, () =>
      String(randomInt(10 ** 9, 10 ** 10)),
    );
    const known = new Set(
      (await findAccounts(db, drawn)).map((account) => account.user_id),
    );
    for (const userID of drawn) if (!known.has(userID)) free.add(userID);
  }
  if (free.size < count)
    throw errors.internal("no free userID was found: try again");
  return [...free];
}
