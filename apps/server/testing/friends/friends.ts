import type { UserInfo } from "@parley/protocol/generated/sdkws";

import { createCaches } from "../../src/storage/caches.ts";
import type { Actor } from "../../src/http/actor.ts";
import type { Notice } from "../../src/notifications/notify.ts";
import { createLargeChanges } from "../../src/storage/large-changes.ts";
import { noTroubles } from "../storage/large-changes.ts";
import { asAnswer, follow } from "../storage/sync-agrees.ts";
import type { TestStorage } from "../storage/engines.ts";
import { createFriendApplications } from "../../src/friends/applications.ts";
import { createFriendDeparture } from "../../src/friends/departure.ts";
import { createBlackReads } from "../../src/friends/black-reads.ts";
import { createBlacks } from "../../src/friends/blacks.ts";
import { createFriends } from "../../src/friends/friends.ts";
import { createRelations } from "../../src/friends/relations.ts";

export const ann: Actor = { userID: "ann", platformID: 1, isAdmin: false };
export const admin: Actor = { userID: "root", platformID: 10, isAdmin: true };
export const everything = { offset: 0, limit: 10_000 };
export const start = 1_700_000_000_500;

export const apply = (fromUserID: string, toUserID: string) => ({
  fromUserID,
  toUserID,
  reqMsg: "",
  ex: "",
});

export const accept = (fromUserID: string, toUserID: string) => ({
  fromUserID,
  toUserID,
  isAccepted: true,
  handleMsg: "",
});

/** Friends among users of these ids, with everything they told anybody. */
export function openFriends(
  { db, transact }: TestStorage,
  userIDs: readonly string[] = ["ann", "bob", "cat", "dan"],
) {
  const users = new Map<string, UserInfo>();
  const setUser = (userID: string, nickname: string) =>
    users.set(userID, {
      userID,
      nickname,
      faceURL: "",
      ex: "",
      createTime: 1,
      appMangerLevel: 0,
      globalRecvMsgOpt: 2,
    });
  for (const userID of userIDs) setUser(userID, `nick-${userID}`);

  const notices: Notice[] = [];
  let time = start;
  let failure: Error | undefined;
  const changes = createLargeChanges({
    db,
    transact,
    troubles: noTroubles,
  });
  const deps = {
    db,
    caches: createCaches(),
    transact,
    changes,
    notify: async (_tx: unknown, notice: Notice) => {
      if (failure) throw failure;
      notices.push(notice);
    },
    listUsers: async (wanted: readonly string[]) =>
      [...new Set(wanted)].flatMap((userID) => users.get(userID) ?? []),
    now: () => time++,
  };
  const friends = createFriends(deps);
  const applications = createFriendApplications({ ...deps, friends });
  const blacks = createBlacks(deps);

  return {
    changes,
    friends,
    applications,
    blacks,
    depart: createFriendDeparture({ ...deps, ...friends, ...blacks }),
    blackReads: createBlackReads(() => performance.now()),
    listRelations: createRelations(deps),
    /** Returns the notices since the last call: [type, sender, receiver]. */
    told: () =>
      notices
        .splice(0)
        .map(({ contentType, sendID, recvID }) => [
          contentType,
          sendID,
          recvID,
        ]),
    /** Detail of the newest notice. */
    detail: (): unknown => JSON.parse(notices.at(-1)?.detail ?? "null"),
    forget: (userID: string) => void users.delete(userID),
    /** Makes later notices fail with this error. */
    failToNotify: (error: Error) => void (failure = error),
    /** Adds friends to both lists, by an import. */
    befriend: (ownerID: string, ...friendIDs: string[]) =>
      friends.import({ actor: admin, operationID: "op" }, ownerID, friendIDs),
    rename: (userID: string, nickname: string) =>
      transact(async (tx) => {
        setUser(userID, nickname);
        await friends.profileChanged(
          tx,
          { operationID: "op", actor: ann },
          { userID },
        );
        await blacks.profileChanged(
          tx,
          { operationID: "op", actor: ann },
          { userID },
        );
      }),
    followFriends: (ownerID: string) =>
      follow({
        incremental: async (known) =>
          asAnswer(await friends.incremental(ownerID, known)),
        list: async () => (await friends.page(ownerID, everything)).friends,
        listIDs: () => friends.listIDs(ownerID),
        idOf: ({ friendUser }) => friendUser?.userID ?? "",
      }),
    followBlacks: (ownerID: string) =>
      follow({
        incremental: async (known) =>
          asAnswer(await blacks.incremental(ownerID, known)),
        list: async () => (await blacks.page(ownerID, everything)).blacks,
        idOf: ({ blackUserInfo }) => blackUserInfo?.userID ?? "",
      }),
  };
}
