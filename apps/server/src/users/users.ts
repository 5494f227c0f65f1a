import { errors } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { UserDirectory } from "./directory.ts";
import type { UserHooks } from "./hooks.ts";
import { renderUserInfoUpdated } from "./notifications.ts";
import {
  countAndListUsers,
  deleteUser,
  findUsers,
  insertUsers,
  listNotificationAccounts,
  listUserIDs,
  updateUser,
} from "./store.ts";
import type { UserChange } from "./store.ts";

/** Accounts of this level and above are the system's (docs/wire/rest.md#roles). */
export const notificationLevel = 3;

export interface Users extends UserDirectory {
  /** All or none: 1102 when one of them is registered. */
  register(users: readonly UserInfo[], operationID?: string): Promise<void>;
  /** Tells the user, also when everything is as it was (docs/wire/notifications.md). */
  update(
    cause: Cause,
    userID: string,
    change: UserChange,
    /** Written with it. */
    also?: (tx: Transaction) => void,
  ): Promise<void>;
  /** An empty userID lets us choose one. */
  addNotificationAccount(
    account: Pick<
      UserInfo,
      "userID" | "nickname" | "faceURL" | "appMangerLevel"
    >,
  ): Promise<UserInfo>;
  /** Like `update`, but nobody is told and an unknown user is 1001. */
  updateNotificationAccount(userID: string, change: UserChange): Promise<void>;
  /** The keyword is a whole userID or nickname; a level of null is any. */
  searchNotificationAccounts(
    keyword: string,
    level: number | null,
    page: Page,
  ): Promise<{ total: number; users: UserInfo[] }>;
  /** Ordinary users whose userID or nickname holds the text given for it. */
  search(
    wanted: { userID: string; nickname: string },
    page: Page,
  ): Promise<{ total: number; users: UserInfo[] }>;
  listIDs(page: Page): Promise<{ total: number; userIDs: string[] }>;
  /** The profile, nothing else. Answers whether there was one. */
  remove(tx: Transaction, userID: string): Promise<boolean>;
}

/**
 * Called in the transaction of a change, if a nickname or picture changed, since friends and
 * groups show it, too. `user` has the new values, which `Users.find` returns only after the
 * commit.
 */
export type ProfileChanged = (
  tx: Transaction,
  cause: Cause,
  user: UserInfo,
) => Promise<void>;

export interface UsersDeps {
  db: Kysely<Schema>;
  transact: Transact;
  directory: UserDirectory;
  notify: Notify;
  profileChanged: ProfileChanged;
  adminUserIDs: readonly string[];
  /** Counts them. */
  registered(count: number): void;
  hooks?: UserHooks;
  now: () => number;
  /** Ten digits, another ten each time. */
  randomDigits: () => string;
}

/** Random userIDs that are tried before giving up. */
const attempts = 20;

export function createUsers(deps: UsersDeps): Users {
  const { db, transact, directory, notify, now } = deps;
  async function insert(
    tx: Transaction,
    users: readonly UserInfo[],
  ): Promise<void> {
    await insertUsers(tx, users);
    directory.changed(
      tx,
      users.map(({ userID }) => userID),
    );
  }

  async function requireUnknown(
    tx: Transaction,
    users: readonly UserInfo[],
  ): Promise<void> {
    const userIDs = users.map(({ userID }) => userID);
    const [known] = await findUsers(tx.db, userIDs);
    if (known) throw errors.registeredAlready(`${known.userID} is registered`);
  }

  async function write(
    tx: Transaction,
    userID: string,
    change: UserChange,
  ): Promise<void> {
    await updateUser(tx, userID, change);
    directory.changed(tx, [userID]);
  }

  async function freeUserID(tx: Transaction): Promise<string> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const userID = deps.randomDigits();
      const [taken] = await findUsers(tx.db, [userID]);
      if (!taken) return userID;
    }
    throw errors.internal("no free userID was found: try again");
  }

  return {
    ...directory,

    async register(wanted, operationID = "") {
      const users = await transact(async (tx) => {
        await requireUnknown(tx, wanted);
        const ask = deps.hooks?.beforeRegister;
        const users = ask
          ? await tx.outside("register", () => ask(operationID, wanted))
          : wanted;
        if (users !== wanted) await requireUnknown(tx, users);
        const createTime = now();
        await insert(
          tx,
          users.map((user) => ({ ...user, createTime })),
        );
        deps.hooks?.afterRegister?.(tx, operationID, users);
        return users;
      });
      deps.registered(users.length);
    },

    update: (cause, userID, change, also) =>
      transact(async (tx) => {
        const [before] = await findUsers(tx.db, [userID]);
        if (!before || directory.isDeparting(userID))
          throw errors.notFound(`no user '${userID}'`);
        const after = { ...before, ...change };
        await write(tx, userID, change);
        await notify(
          tx,
          renderUserInfoUpdated(cause.actor.userID, userID),
          cause.operationID,
        );
        if (
          after.nickname !== before.nickname ||
          after.faceURL !== before.faceURL
        )
          await deps.profileChanged(tx, cause, after);
        also?.(tx);
      }),

    addNotificationAccount: (wanted) =>
      transact(async (tx) => {
        const userID =
          wanted.userID === "" ? await freeUserID(tx) : wanted.userID;
        const [known] = await findUsers(tx.db, [userID]);
        if (known) throw errors.args(`userID '${userID}' is in use`);
        const account = {
          ...wanted,
          userID,
          ex: "",
          createTime: now(),
          globalRecvMsgOpt: 0,
        };
        await insert(tx, [account]);
        return account;
      }),

    updateNotificationAccount: (userID, change) =>
      transact(async (tx) => {
        const [known] = await findUsers(tx.db, [userID]);
        if (!known) throw errors.args(`no user '${userID}'`);
        await write(tx, userID, change);
      }),

    searchNotificationAccounts: (keyword, level, page) =>
      listNotificationAccounts(
        db,
        {
          keyword,
          fromLevel: notificationLevel,
          level,
          except: deps.adminUserIDs,
        },
        page,
      ),

    search: (wanted, page) => countAndListUsers(db, wanted, page),
    listIDs: (page) => listUserIDs(db, page),

    async remove(tx, userID) {
      const isGone = await deleteUser(tx, userID);
      directory.changed(tx, [userID]);
      return isGone;
    },
  };
}
