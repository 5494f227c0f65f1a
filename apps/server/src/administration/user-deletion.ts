import type {
  AccountDeletion,
  AccountRemoved,
} from "@parley/protocol/chat/audit";
import type { UserDeletion } from "@parley/protocol/deletion";
import { errors, ProtocolError } from "@parley/protocol/errors";
import { AgentDelete } from "@parley/protocol/methods/chat/agents";
import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";

import type { AccountTokens } from "../accounts/tokens.ts";
import type { Cause } from "../http/actor.ts";
import type { KeyLock } from "../pace/key-lock.ts";
import type { AccountDeletionTable } from "./tables.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { requireSuper } from "./administrators.ts";
import { findAdministrator } from "./store.ts";

/**
 * Deleting a person: first what is here, with which they cannot sign in any
 * more, then all that the IM server has of them. What a stop, or an IM server
 * that is away, cuts short goes on by itself.
 */
export interface PersonDeletion {
  /** Requires level 100. Returns the receipt, or the progress so far. */
  delete(
    cause: Cause,
    wanted: { userID: string; withMessages: boolean },
  ): Promise<AccountDeletion>;
  /** Throws 1004 when nobody ever deleted them here. */
  get(cause: Cause, userID: string): Promise<AccountDeletion>;
  /** Resumes interrupted deletions, unless another process does. */
  resume(): Promise<void>;
}

export interface PersonDeletionDeps {
  db: Kysely<Schema>;
  transact: Transact;
  tokens: Pick<AccountTokens, "revoke">;
  im: {
    readonly adminUserID: string;
    deleteUser(
      operationID: string,
      userID: string,
      deleteMessages: boolean,
    ): Promise<UserDeletion>;
    getUserDeletion(operationID: string, userID: string): Promise<UserDeletion>;
  };
  /** Called for each user before and after the IM server is told. */
  departing(userID: string): Promise<void>;
  /** Runs at one node of a cluster at a time. */
  inTurn: KeyLock;
  failed(error: unknown): void;
  now: () => number;
}

type Row = Selectable<AccountDeletionTable>;

const nothing: AccountRemoved = {
  accounts: 0,
  credentials: 0,
  tokens: 0,
  loginRecords: 0,
  verifyCodes: 0,
  blocks: 0,
  userIPs: 0,
  defaultFriends: 0,
  invitations: 0,
};

/** Replaces the userID in the invitation that a deleted user had used. */
const somebodyGone = "(deleted)";
/** Records of signing in that one transaction removes. */
const atOnce = 500;

export function createPersonDeletion(deps: PersonDeletionDeps): PersonDeletion {
  const { db, transact, tokens, im, now } = deps;

  async function requireDeletable(userID: string): Promise<void> {
    if (userID === "") throw errors.args("userID is empty");
    if (
      userID === im.adminUserID ||
      (await findAdministrator(db, "user_id", userID))
    )
      throw errors.noPermission(`${userID} is an administrator`);
    const bot = await db
      .selectFrom("agents")
      .select("user_id")
      .where("user_id", "=", userID)
      .executeTakeFirst();
    if (bot)
      throw errors.noPermission(`${userID} is a bot: ${AgentDelete.path}`);
  }

  /** Commits the beginning of the deletion; from then on the user cannot sign in. */
  async function begin(
    tx: Transaction,
    cause: Cause,
    { userID, withMessages }: { userID: string; withMessages: boolean },
  ): Promise<Row> {
    const known = await find(tx.db, userID);
    const isNew =
      !known || (known.end_time !== 0 && (await hasAccount(tx.db, userID)));
    const removed = isNew
      ? nothing
      : (JSON.parse(known.removed) as AccountRemoved);
    const row: Row = {
      user_id: userID,
      with_messages: withMessages || (!isNew && known.with_messages) ? 1 : 0,
      operator_user_id: isNew ? cause.actor.userID : known.operator_user_id,
      operation_id: isNew ? cause.operationID : known.operation_id,
      removed: JSON.stringify(
        add(removed, await removeRows(tx, tokens, userID)),
      ),
      start_time: isNew ? now() : known.start_time,
      end_time: 0,
    };
    await save(tx, row);
    return row;
  }

  async function removeLogins(userID: string): Promise<void> {
    for (;;) {
      const count = await transact(async (tx) => {
        const gone = await tx.db
          .deleteFrom("login_records")
          .where("id", "in", (e) =>
            e
              .selectFrom("login_records")
              .select("id")
              .where("user_id", "=", userID)
              .limit(atOnce),
          )
          .returning("id")
          .execute();
        const row = await find(tx.db, userID);
        if (row && gone.length > 0) {
          const removed = JSON.parse(row.removed) as AccountRemoved;
          const loginRecords = removed.loginRecords + gone.length;
          await save(tx, {
            ...row,
            removed: JSON.stringify({ ...removed, loginRecords }),
          });
        }
        return gone.length;
      });
      if (count === 0) return;
    }
  }

  /** The end here is when all is done there, too. */
  async function settle(
    userID: string,
    there: UserDeletion | null,
  ): Promise<AccountDeletion> {
    const isDone = !there || there.state === "done";
    const row = await transact(async (tx) => {
      const known = await find(tx.db, userID);
      if (!known) throw errors.notFound(`user '${userID}' was never deleted`);
      if (!isDone || known.end_time !== 0) return known;
      const ended = { ...known, end_time: now() };
      await save(tx, ended);
      return ended;
    });
    return render(row, there);
  }

  const finish = (row: Row): Promise<AccountDeletion> =>
    deps.inTurn(`deletion of ${row.user_id}`, () => finishNow(row));

  async function finishNow(row: Row): Promise<AccountDeletion> {
    const { user_id: userID, operation_id, with_messages } = row;
    await deps.departing(userID);
    await removeLogins(userID);
    const there = await unlessUnknown(
      im.deleteUser(operation_id, userID, with_messages === 1),
    );
    await deps.departing(userID);
    return settle(userID, there);
  }

  let resuming: Promise<void> | undefined;
  async function finishAll(): Promise<void> {
    const rows = await db
      .selectFrom("account_deletions")
      .selectAll()
      .where("end_time", "=", 0)
      .orderBy("start_time")
      .execute();
    for (const { user_id } of rows)
      await deps
        .inTurn(`deletion of ${user_id}`, async () => {
          const row = await find(db, user_id);
          // Another node may have finished it meanwhile.
          if (row?.end_time === 0) await finishNow(row);
        })
        .catch(deps.failed);
  }

  return {
    async delete(cause, wanted) {
      await requireSuper(db, cause.actor.userID);
      const { userID } = wanted;
      await requireDeletable(userID);
      const known = await find(db, userID);
      // Somebody whom only the IM server knows may go from here, too.
      if (!known && !(await hasAccount(db, userID))) {
        const there = await unlessUnknown(
          im.getUserDeletion(cause.operationID, userID),
        );
        if (!there) {
          const begun = await im.deleteUser(
            cause.operationID,
            userID,
            wanted.withMessages,
          );
          await deps.departing(userID);
          await transact((tx) => begin(tx, cause, wanted));
          return settle(userID, begun);
        }
      }
      return finish(await transact((tx) => begin(tx, cause, wanted)));
    },

    async get(cause, userID) {
      await requireSuper(db, cause.actor.userID);
      const row = await find(db, userID);
      if (!row) throw errors.notFound(`user '${userID}' was never deleted`);
      return settle(
        userID,
        await unlessUnknown(im.getUserDeletion(cause.operationID, userID)),
      );
    },

    async resume() {
      resuming ??= finishAll().finally(() => (resuming = undefined));
      await resuming;
    },
  };
}

async function removeRows(
  tx: Transaction,
  tokens: Pick<AccountTokens, "revoke">,
  userID: string,
): Promise<AccountRemoved> {
  const { db } = tx;
  const count = async (
    table:
      | "accounts"
      | "credentials"
      | "blocked_accounts"
      | "user_ips"
      | "default_friends",
  ) =>
    (
      await db
        .deleteFrom(table)
        .where("user_id", "=", userID)
        .returning("user_id")
        .execute()
    ).length;
  const signedIn = await db
    .selectFrom("account_tokens")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("user_id", "=", userID)
    .executeTakeFirstOrThrow();
  await tokens.revoke(tx, userID);
  await db.deleteFrom("sign_in_places").where("account", "=", userID).execute();
  await forgetTries(tx, userID);
  const codes = await db
    .deleteFrom("verify_codes")
    .where("target", "in", (e) =>
      e
        .selectFrom("credentials")
        .select("credential")
        .where("user_id", "=", userID),
    )
    .returning("id")
    .execute();
  const invitations = await db
    .updateTable("invitation_codes")
    .set({ used_user_id: somebodyGone })
    .where("used_user_id", "=", userID)
    .returning("id")
    .execute();
  return {
    ...nothing,
    tokens: Number(signedIn.count),
    verifyCodes: codes.length,
    invitations: invitations.length,
    credentials: await count("credentials"),
    accounts: await count("accounts"),
    blocks: await count("blocked_accounts"),
    userIPs: await count("user_ips"),
    defaultFriends: await count("default_friends"),
  };
}

/** Deletes tries of the account's password, at known places, too. */
async function forgetTries({ db }: Transaction, userID: string): Promise<void> {
  const key = `account ${userID}`;
  await db
    .deleteFrom("password_tries")
    .where((at) =>
      at.or([
        at("key", "=", key),
        sql<boolean>`substr(key, 1, ${key.length + 4}) = ${`${key} at `}`,
      ]),
    )
    .execute();
}

const find = (db: Kysely<Schema>, userID: string): Promise<Row | undefined> =>
  db
    .selectFrom("account_deletions")
    .selectAll()
    .where("user_id", "=", userID)
    .executeTakeFirst();

async function hasAccount(
  db: Kysely<Schema>,
  userID: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("accounts")
    .select("id")
    .where("user_id", "=", userID)
    .executeTakeFirst();
  return row !== undefined;
}

async function save({ db }: Transaction, row: Row): Promise<void> {
  await db
    .insertInto("account_deletions")
    .values(row)
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
}

const add = (a: AccountRemoved, b: AccountRemoved): AccountRemoved =>
  Object.fromEntries(
    Object.entries(a).map(([kind, count]) => [
      kind,
      (count as number) + b[kind as keyof AccountRemoved],
    ]),
  ) as unknown as AccountRemoved;

/** null when the IM server knows nothing of the user. */
const unlessUnknown = (
  asked: Promise<UserDeletion>,
): Promise<UserDeletion | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof ProtocolError && error.code === 1004) return null;
    throw error;
  });

const render = (row: Row, there: UserDeletion | null): AccountDeletion => ({
  userID: row.user_id,
  state: row.end_time !== 0 ? "done" : (there?.state ?? "interrupted"),
  operatorUserID: row.operator_user_id,
  startTime: row.start_time,
  endTime: row.end_time,
  removed: JSON.parse(row.removed) as AccountRemoved,
  im: there,
});
