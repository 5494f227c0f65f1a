import { randomInt } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Passwords } from "../accounts/passwords.ts";
import type { AccountTokens } from "../accounts/tokens.ts";
import type { IMProfile } from "../im-client/im-client.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { isKnownPassword, knownPasswordOf } from "./known-password.ts";
import {
  countAdministrators,
  deleteAdministrators,
  findAdministrator,
  findAdministrators,
  insertAdministrator,
  pageOfAdministrators,
  updateAdministrator,
} from "./store.ts";
import type { Administrator } from "./store.ts";

/**
 * Super administrators manage other administrators
 * (docs/wire/accounts.md#administrators).
 */
export const AdministratorLevel = { super: 100, ordinary: 80 } as const;

/** `UserType` of administrators in a token. */
const administratorType = 2;

/** An administrator who asks, with their token. */
export interface Caller {
  userID: string;
  token: string;
  address: string;
}

/** Null leaves a field as it is. */
export interface AdministratorChange {
  account: string | null;
  password: string | null;
  faceURL: string | null;
  nickname: string | null;
  level: number | null;
}

/** Passwords are what clients send of them (docs/wire/accounts.md#administrators). */
export interface Administrators {
  /**
   * Throws 20002, 20001 or 20012; 1002 for the password that everybody knows,
   * but on this machine. Answers whose token it is.
   */
  signIn(credentials: {
    account: string;
    password: string;
    address: string;
    /** The caller is on this machine and not behind a proxy. */
    isHere: boolean;
  }): Promise<{ administrator: Administrator; token: string }>;
  /** Throws 1004. */
  get(userID: string): Promise<Administrator>;
  /**
   * The caller's own record. A new password ends the sessions of whoever else
   * signed in with the old one.
   */
  update(
    operationID: string,
    caller: Caller,
    change: AdministratorChange,
  ): Promise<void>;
  /** Throws 1004, and 500 for a wrong current one, as OpenIM does. */
  changePassword(
    caller: Caller,
    change: { userID: string; currentPassword: string; newPassword: string },
  ): Promise<void>;
  /** Adds an administrator of the ordinary level. Throws 1002 and 1003. */
  add(
    callerID: string,
    newcomer: {
      account: string;
      password: string;
      faceURL: string;
      nickname: string;
    },
  ): Promise<void>;
  /** All or none, and their tokens with them; nobody of level 100. */
  remove(callerID: string, userIDs: readonly string[]): Promise<void>;
  /** Lists ordinary administrators for super administrators. */
  search(
    callerID: string,
    page: Page,
  ): Promise<{ total: number; rows: Administrator[] }>;
}

export interface AdministratorsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  passwords: Passwords;
  tokens: Pick<AccountTokens, "issue" | "revoke">;
  /** Resolves when the first administrators have been created. */
  ready: Promise<void>;
  /** The IM administrator, whose profile is that of one administrator. */
  im: {
    readonly adminUserID: string;
    updateProfile(operationID: string, profile: IMProfile): Promise<void>;
  };
  isUser(userID: string): Promise<boolean>;
  /** Throws 20012 for who tries too many wrong passwords. */
  guess(
    account: string,
    from: { address: string },
    isRight: () => Promise<boolean>,
  ): Promise<boolean>;
  /** Called if a follow-up fails after the change was committed. */
  failed(error: unknown): void;
  now: () => number;
}

/** Throws 1002 for one who may not change administrators. */
export async function requireSuper(
  db: Kysely<Schema>,
  userID: string,
): Promise<void> {
  const caller = await findAdministrator(db, "user_id", userID);
  if (caller?.level !== AdministratorLevel.super)
    throw errors.noPermission(
      `only administrators of level ${AdministratorLevel.super} may`,
    );
}

export function createAdministrators(deps: AdministratorsDeps): Administrators {
  const { db, transact, passwords, tokens, im, now } = deps;

  /** Wrong passwords count per account, also for accounts that do not exist. */
  const isRight = (
    { account, address }: { account: string; address: string },
    password: string,
    stored: string | undefined,
  ) =>
    deps.guess(`administrator ${account}`, { address }, () =>
      passwords.verify(password, stored),
    );

  /** Returns the stored form of a new password. */
  async function toStored(account: string, password: string) {
    return {
      password: await passwords.hash(password),
      has_known_password: Number(isKnownPassword(account, password)),
    };
  }

  return {
    async signIn({ account, password, address, isHere }) {
      await deps.ready;
      const administrator = await findAdministrator(db, "account", account);
      const mayEnter = await isRight(
        { account, address },
        password,
        administrator?.password,
      );
      if (!administrator) throw errors.accountNotFound();
      if (!mayEnter) throw errors.wrongPassword();
      if (administrator.has_known_password === 1 && !isHere)
        throw errors.noPermission(
          `${account} still has the publicly known default password: sign in on the server's own machine, without a proxy, and change it`,
        );
      const token = await tokens.issue(
        administrator.user_id,
        administratorType,
        // Removed, or given another password, while this one was verified.
        async (tx) => {
          const still = await findAdministrator(tx.db, "account", account);
          if (!still) throw errors.accountNotFound();
          if (still.password !== administrator.password)
            throw errors.wrongPassword();
        },
      );
      return { administrator, token };
    },

    get: (userID) => getAdministrator(db, userID),

    async update(operationID, caller, change) {
      requireChange(change);
      const { account, password, faceURL, nickname, level } = change;
      const before = await getAdministrator(db, caller.userID);
      const name = account ?? before.account;
      const secret =
        password !== null
          ? await toStored(name, password)
          : account !== null && {
              has_known_password: Number(
                await passwords.verify(
                  knownPasswordOf(account),
                  before.password,
                ),
              ),
            };
      const after = await transact(async (tx) => {
        const own = await getAdministrator(tx.db, caller.userID);
        if (level !== null && level !== own.level) await lower(tx, own, level);
        if (account !== null && account !== own.account)
          await requireFree(tx, account);
        await updateAdministrator(tx, own.id, {
          ...secret,
          ...(account !== null && { account }),
          ...(faceURL !== null && { face_url: faceURL }),
          ...(nickname !== null && { nickname }),
          ...(level !== null && { level }),
        });
        if (password !== null)
          await tokens.revoke(tx, caller.userID, caller.token);
        return getAdministrator(tx.db, caller.userID);
      });
      if (caller.userID !== im.adminUserID) return;
      await im
        .updateProfile(operationID, {
          userID: caller.userID,
          nickname: after.nickname,
          faceURL: after.face_url,
        })
        .catch((error: unknown) => deps.failed(error));
    },

    async changePassword(caller, { userID, currentPassword, newPassword }) {
      for (const [field, value] of Object.entries({
        userID,
        currentPassword,
        newPassword,
      }))
        requireText(field, value);
      if (newPassword === currentPassword)
        throw errors.args("newPassword is the current one");
      const before = await getAdministrator(db, userID);
      const { account } = before;
      const { address } = caller;
      if (
        !(await isRight({ account, address }, currentPassword, before.password))
      )
        throw errors.internal("currentPassword is wrong");
      const secret = await toStored(before.account, newPassword);
      await transact(async (tx) => {
        const { id, password } = await getAdministrator(tx.db, userID);
        if (password !== before.password)
          throw errors.internal("currentPassword is wrong");
        await updateAdministrator(tx, id, secret);
        await tokens.revoke(
          tx,
          userID,
          userID === caller.userID ? caller.token : undefined,
        );
      });
    },

    async add(callerID, { account, password, faceURL, nickname }) {
      requireText("account", account);
      requireText("password", password);
      await requireSuper(db, callerID);
      const secret = await toStored(account, password);
      await transact(async (tx) => {
        await requireSuper(tx.db, callerID);
        await requireFree(tx, account);
        await insertAdministrator(tx, {
          account,
          ...secret,
          face_url: faceURL,
          nickname,
          user_id: await freeUserID(tx.db, deps.isUser),
          level: AdministratorLevel.ordinary,
          create_time: now(),
        });
      });
    },

    async remove(callerID, userIDs) {
      if (userIDs.length === 0) throw errors.args("userIDs is empty");
      if (new Set(userIDs).size < userIDs.length)
        throw errors.args("a userID occurs twice");
      await transact(async (tx) => {
        await requireSuper(tx.db, callerID);
        const found = await findAdministrators(tx.db, userIDs);
        const known = new Set(found.map(({ user_id }) => user_id));
        const unknown = userIDs.find((userID) => !known.has(userID));
        if (unknown !== undefined)
          throw errors.notFound(`there is no administrator '${unknown}'`);
        const permanent = found.find(
          ({ level }) => level === AdministratorLevel.super,
        );
        if (permanent)
          throw errors.noPermission(
            `${permanent.account} has level ${permanent.level}`,
          );
        await deleteAdministrators(tx, userIDs);
        for (const userID of userIDs) await tokens.revoke(tx, userID);
      });
    },

    async search(callerID, page) {
      await requireSuper(db, callerID);
      const level = AdministratorLevel.ordinary;
      return {
        total: await countAdministrators(db, level),
        rows: await pageOfAdministrators(db, level, page),
      };
    },
  };
}

async function getAdministrator(
  db: Kysely<Schema>,
  userID: string,
): Promise<Administrator> {
  const found = await findAdministrator(db, "user_id", userID);
  if (!found) throw errors.notFound(`there is no administrator '${userID}'`);
  return found;
}

function requireText(field: string, value: string): void {
  if (value === "") throw errors.args(`${field} is empty`);
}

function requireChange(change: AdministratorChange): void {
  const { account, password, nickname } = change;
  if (Object.values(change).every((value) => value === null))
    throw errors.args("the request has no fields to change");
  for (const [field, value] of Object.entries({ account, password, nickname }))
    if (value !== null) requireText(field, value);
}

async function requireFree({ db }: Transaction, account: string) {
  if (await findAdministrator(db, "account", account))
    throw errors.duplicateKey(`there is an administrator '${account}'`);
}

/**
 * Administrators change their own level alone, and only the highest may: so
 * nobody rises, and one of the highest has to stay.
 */
async function lower(
  { db }: Transaction,
  own: Administrator,
  level: number,
): Promise<void> {
  const { super: highest, ordinary } = AdministratorLevel;
  if (own.level !== highest)
    throw errors.noPermission(
      `only administrators of level ${highest} set levels`,
    );
  if (level !== ordinary)
    throw errors.args(`level must be ${ordinary} or ${highest}`);
  if ((await countAdministrators(db, highest)) < 2)
    throw errors.noPermission(`nobody else has level ${highest}`);
}

/** People and administrators share the ids, and with them their tokens. */
export async function freeUserID(
  db: Kysely<Schema>,
  isUser: (userID: string) => Promise<boolean>,
): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const userID = String(randomInt(10 ** 9, 10 ** 10));
    if (await findAdministrator(db, "user_id", userID)) continue;
    if (!(await isUser(userID))) return userID;
  }
  throw errors.internal("no free userID was found: try again");
}
