import { FriendAddSource } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { FriendHooks } from "./hooks.ts";
import { renderImported } from "./notifications.ts";
import { findFriends } from "./store.ts";
import type { Bond } from "./friends.ts";

/** Makes friends without an application. */
export interface FriendImports {
  /** Throws 1004 if one of them cannot become a friend. */
  import(
    cause: Cause,
    ownerID: string,
    friendIDs: readonly string[],
  ): Promise<void>;
}

export interface FriendImportsDeps {
  transact: Transact;
  notify: Notify;
  become(tx: Transaction, bond: Bond): Promise<void>;
  /** Leaves out unknown users. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  changes: Pick<LargeChanges, "define">;
  hooks?: FriendHooks;
}

/** Number of friends whose chat a commit opens: rows of both users, and a message. */
const welcomedAtOnce = 20;

/** A friendship that an import made. */
interface Imported {
  operationID: string;
  ownerID: string;
  friendIDs: readonly string[];
}

export function createFriendImports(deps: FriendImportsDeps): FriendImports {
  const { transact, notify, become, hooks } = deps;

  async function requireUsers(userIDs: ReadonlySet<string>): Promise<void> {
    const users = await deps.listUsers([...userIDs]);
    if (users.length !== userIDs.size)
      throw errors.notFound("one of the users is unknown");
  }

  /** Skips users who were deleted, or are no longer friends. */
  const welcoming = deps.changes.define<Imported, number>(
    "welcome of imported friends",
    async (tx, { operationID, ownerID, friendIDs }, at) => {
      const next = at + welcomedAtOnce;
      const some = friendIDs.slice(at, next);
      const users = await deps.listUsers([ownerID, ...some]);
      const known = new Set(users.map(({ userID }) => userID));
      if (!known.has(ownerID)) return undefined;
      for (const { friendUserID } of await findFriends(tx.db, ownerID, some))
        if (known.has(friendUserID))
          await notify(tx, renderImported(ownerID, friendUserID), operationID);
      return next < friendIDs.length ? next : undefined;
    },
    { isOneByOne: true },
  );

  return {
    async import(cause, ownerID, given) {
      const { operationID } = cause;
      if (given.length === 0) return;
      const wanted = new Set([ownerID, ...given]);
      if (wanted.size !== given.length + 1)
        throw errors.notFound("a userID occurs twice, or is the owner's own");
      await requireUsers(wanted);
      const ask = hooks?.beforeImport;
      const friendIDs = ask ? await ask(operationID, ownerID, given) : given;
      const { waited } = await transact(async (tx) => {
        // The answer may name others, and take its time.
        await requireUsers(new Set([ownerID, ...friendIDs]));
        await become(tx, {
          ownerID,
          friendIDs,
          addSource: FriendAddSource.import,
          operatorID: cause.actor.userID,
        });
        hooks?.afterImport?.(tx, operationID, ownerID, friendIDs);
        const what = { operationID, ownerID, friendIDs };
        return friendIDs.length > welcomedAtOnce
          ? welcoming.follow(tx, what, 0)
          : welcoming.begin(tx, what, 0);
      });
      await waited();
    },
  };
}
