import { FriendAddSource, HandleResult } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { FriendRequest, UserInfo } from "@parley/protocol/generated/sdkws";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact } from "../storage/writer.ts";
import {
  countUnhandled,
  findApplication,
  pageApplications,
  saveApplication,
} from "./application-store.ts";
import type { StoredApplication } from "./application-store.ts";
import type { Friends } from "./friends.ts";
import type { FriendHooks } from "./hooks.ts";
import {
  renderApplied,
  renderApproved,
  renderRefused,
} from "./notifications.ts";
import { hasFriend } from "./store.ts";

export type FriendApplication = Pick<
  StoredApplication,
  "fromUserID" | "toUserID" | "reqMsg" | "ex"
>;

export interface ApplicationAnswer {
  fromUserID: string;
  /** The user who answers. */
  toUserID: string;
  isAccepted: boolean;
  handleMsg: string;
}

export interface FriendApplications {
  /**
   * Throws 1301 for oneself, 1004 for somebody unknown and 1304 when each is
   * in the other's list already. Blacklists are not asked.
   */
  apply(operationID: string, application: FriendApplication): Promise<void>;
  /**
   * Accepts or refuses an application. Throws 1004 if there is none, and 1001 or 1305 if it
   * was answered before.
   */
  answer(cause: Cause, answer: ApplicationAnswer): Promise<void>;
  /** Returns requests, newest first; without `results`, in any state. */
  pageReceived(
    userID: string,
    handleResults: readonly number[],
    page: Page,
  ): Promise<{ total: number; requests: FriendRequest[] }>;
  pageSent(
    userID: string,
    handleResults: readonly number[],
    page: Page,
  ): Promise<{ total: number; requests: FriendRequest[] }>;
  /** Lists applications of either user to the other. */
  listBetween(userID1: string, userID2: string): Promise<FriendRequest[]>;
  /**
   * Counts open applications to the user that are newer than `time` (0: all).
   */
  countUnhandled(userID: string, time: number): Promise<number>;
}

export interface FriendApplicationsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  notify: Notify;
  friends: Pick<Friends, "become">;
  /** Leaves out unknown users. */
  listUsers(userIDs: readonly string[]): Promise<UserInfo[]>;
  hooks?: FriendHooks;
  now: () => number;
}

export function createFriendApplications(
  deps: FriendApplicationsDeps,
): FriendApplications {
  const { db, transact, notify, friends, listUsers, hooks, now } = deps;

  async function show(
    applications: readonly StoredApplication[],
  ): Promise<FriendRequest[]> {
    const users = await listUsers(
      applications.flatMap(({ fromUserID, toUserID }) => [
        fromUserID,
        toUserID,
      ]),
    );
    return applications.map((each) => toRequest(each, users));
  }

  async function page(
    side: { fromUserID: string } | { toUserID: string },
    handleResults: readonly number[],
    wanted: Page,
  ) {
    const { total, applications } = await pageApplications(
      db,
      side,
      handleResults,
      wanted,
    );
    return { total, requests: await show(applications) };
  }

  /** Throws 1004 for the first user who is unknown, or being deleted. */
  async function requireBoth(...userIDs: [string, string]) {
    const users = await listUsers(userIDs);
    for (const userID of userIDs)
      if (!users.some((user) => user.userID === userID))
        throw errors.notFound(`no user '${userID}'`);
    return users;
  }

  return {
    async apply(operationID, wanted) {
      const { fromUserID, toUserID, reqMsg, ex } = wanted;
      if (fromUserID === toUserID) throw errors.addYourself();
      await hooks?.beforeApply?.(operationID, wanted);
      await transact(
        async (tx) => {
          const users = await requireBoth(fromUserID, toUserID);
          if (
            (await hasFriend(tx.db, fromUserID, toUserID)) &&
            (await hasFriend(tx.db, toUserID, fromUserID))
          )
            throw errors.relationshipAlready();
          const before = await findApplication(tx.db, fromUserID, toUserID);
          const application = {
            fromUserID,
            toUserID,
            handleResult: HandleResult.notHandled,
            reqMsg,
            createTime: now(),
            handlerUserID: "",
            handleMsg: "",
            // COMPAT: OpenIM leaves the time of an answer to the one before.
            handleTime: before?.handleTime ?? 0,
            ex,
          };
          await saveApplication(tx, application);
          await notify(
            tx,
            renderApplied(toRequest(application, users)),
            operationID,
          );
          hooks?.afterApply?.(tx, operationID, wanted);
        },
        aboutUsers(fromUserID, toUserID),
      );
    },

    async answer(cause, answer) {
      const { operationID } = cause;
      const { fromUserID, toUserID, isAccepted, handleMsg } = answer;
      if (isAccepted) await hooks?.beforeAgree?.(operationID, answer);
      await transact(
        async (tx) => {
          const waiting = await findApplication(tx.db, fromUserID, toUserID);
          if (!waiting)
            throw errors.notFound(
              `'${fromUserID}' sent no request to '${toUserID}'`,
            );
          if (waiting.handleResult !== HandleResult.notHandled)
            // COMPAT: two codes for one thing.
            throw isAccepted
              ? errors.args("the application was answered already")
              : errors.friendRequestHandled();
          // One of them may have been deleted while somebody outside was asked.
          const users = await requireBoth(fromUserID, toUserID);
          const handleTime = now();
          if (!isAccepted) {
            const refused = {
              ...waiting,
              handleResult: HandleResult.refused,
              handleMsg,
              handleTime,
            };
            await saveApplication(tx, refused);
            await notify(
              tx,
              renderRefused(toRequest(refused, users)),
              operationID,
            );
            return;
          }
          const agreed = {
            handleResult: HandleResult.agreed,
            handlerUserID: cause.actor.userID,
            handleTime,
          };
          const accepted = { ...waiting, ...agreed, handleMsg };
          await saveApplication(tx, accepted);
          const reverse = await findApplication(tx.db, toUserID, fromUserID);
          if (reverse?.handleResult === HandleResult.notHandled)
            await saveApplication(tx, { ...reverse, ...agreed });
          await friends.become(tx, {
            ownerID: fromUserID,
            friendIDs: [toUserID],
            addSource: FriendAddSource.apply,
            operatorID: fromUserID,
          });
          await notify(
            tx,
            renderApproved(toRequest(accepted, users)),
            operationID,
          );
          hooks?.afterAgree?.(tx, operationID, answer);
        },
        aboutUsers(fromUserID, toUserID),
      );
    },

    pageReceived: (toUserID, handleResults, wanted) =>
      page({ toUserID }, handleResults, wanted),
    pageSent: (fromUserID, handleResults, wanted) =>
      page({ fromUserID }, handleResults, wanted),

    async listBetween(userID1, userID2) {
      const found = [
        await findApplication(db, userID1, userID2),
        userID1 === userID2
          ? undefined
          : await findApplication(db, userID2, userID1),
      ];
      return show(found.filter((each) => each !== undefined));
    },

    countUnhandled: (userID, time) => countUnhandled(db, userID, time),
  };
}

function toRequest(
  application: StoredApplication,
  users: readonly UserInfo[],
): FriendRequest {
  const { fromUserID, toUserID } = application;
  const from = users.find(({ userID }) => userID === fromUserID);
  const to = users.find(({ userID }) => userID === toUserID);
  return {
    ...application,
    fromNickname: from?.nickname ?? "",
    fromFaceURL: from?.faceURL ?? "",
    toNickname: to?.nickname ?? "",
    toFaceURL: to?.faceURL ?? "",
  };
}
