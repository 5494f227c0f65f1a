import { HandleResult } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import type { BlackInfo } from "@parley/protocol/generated/sdkws";
import {
  AddBlack,
  AddFriend,
  AddFriendResponse,
  DeleteFriend,
  GetBlackList,
  GetDesignatedFriendApply,
  GetDesignatedFriends,
  GetFriendApplyList,
  GetFriendID,
  GetFriendList,
  GetFullFriendUserIDs,
  GetIncrementalBlacks,
  GetIncrementalFriends,
  GetSelfFriendApplyList,
  GetSelfUnhandledApplyCount,
  GetSpecifiedBlacks,
  GetSpecifiedFriendsInfo,
  ImportFriend,
  IsFriend,
  RemoveBlack,
  SetFriendRemark,
  UpdateFriends,
} from "@parley/protocol/methods/friends";

import type { Actor } from "../http/actor.ts";
import { requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage } from "../storage/page.ts";
import type { FriendApplications } from "./applications.ts";
import type { BlackReads } from "./black-reads.ts";
import type { Blacks } from "./blacks.ts";
import type { Friends } from "./friends.ts";
import type { FriendHooks } from "./hooks.ts";
import type { ListRelations } from "./relations.ts";

export interface FriendRoutesDeps {
  friends: Friends;
  applications: FriendApplications;
  blacks: Blacks;
  blackReads: BlackReads;
  listRelations: ListRelations;
  hooks?: FriendHooks;
}

export const friendRoutes = (deps: FriendRoutesDeps): Route[] => [
  ...listRoutes(deps),
  ...syncRoutes(deps),
  ...changeRoutes(deps),
  ...applicationRoutes(deps),
  ...blackRoutes(deps),
];

const listRoutes = ({ friends, listRelations }: FriendRoutesDeps): Route[] => [
  route(GetFriendList, {
    check: checkPage,
    async handle(_call, { userID, pagination }) {
      const page = requirePage(pagination);
      const { total, friends: found } = await friends.page(userID, page);
      return { total, friendsInfo: found };
    },
  }),
  route(GetDesignatedFriends, {
    check: ({ friendUserIDs }) => requireDistinct(friendUserIDs),
    async handle(_call, { ownerUserID, friendUserIDs }) {
      return { friendsInfo: await friends.list(ownerUserID, friendUserIDs) };
    },
  }),
  route(GetFriendID, {
    async handle(_call, { userID }) {
      return { friendIDs: await friends.listIDs(userID) };
    },
  }),
  route(GetSpecifiedFriendsInfo, {
    check({ userIDList }) {
      requireSome(userIDList);
      requireDistinct(userIDList);
    },
    async handle(_call, { ownerUserID, userIDList }) {
      return { infos: await listRelations(ownerUserID, userIDList) };
    },
  }),
  route(IsFriend, {
    async handle({ cause: { actor } }, { userID1, userID2 }) {
      requireEither(actor, userID1, userID2);
      return {
        inUser1Friends: await friends.hasFriend(userID1, userID2),
        inUser2Friends: await friends.hasFriend(userID2, userID1),
      };
    },
  }),
];

const syncRoutes = ({ friends, blacks }: FriendRoutesDeps): Route[] => [
  route(GetIncrementalFriends, {
    async handle(_call, { userID, versionID, version }) {
      const { changes, insert, update } = await friends.incremental(userID, {
        versionID,
        version,
      });
      return {
        version: changes.version,
        versionID: changes.versionID,
        full: changes.full,
        delete: changes.full ? [] : changes.delete,
        insert,
        update,
        sortVersion: changes.sortVersion,
      };
    },
  }),
  route(GetFullFriendUserIDs, {
    handle(_call, { userID, idHash }) {
      return friends.fullIDs(userID, idHash);
    },
  }),
  route(GetIncrementalBlacks, {
    async handle(_call, { userID, versionID, version }) {
      const { changes, insert, update } = await blacks.incremental(userID, {
        versionID,
        version,
      });
      return {
        version: changes.version,
        versionID: changes.versionID,
        full: changes.full,
        delete: changes.full ? [] : changes.delete,
        insert: insert.map(inSeconds),
        update: update.map(inSeconds),
      };
    },
  }),
];

const changeRoutes = ({ friends, hooks }: FriendRoutesDeps): Route[] => [
  route(SetFriendRemark, {
    async handle({ cause }, wanted) {
      const { ownerUserID, friendUserID } = wanted;
      const ask = hooks?.beforeRemark;
      const remark = ask ? await ask(cause.operationID, wanted) : wanted.remark;
      requireSelf(cause.actor, ownerUserID);
      await friends.setRemark(
        cause.operationID,
        ownerUserID,
        friendUserID,
        remark,
      );
    },
  }),
  route(UpdateFriends, {
    check({ friendUserIDs }) {
      requireSome(friendUserIDs);
      requireDistinct(friendUserIDs);
    },
    async handle(
      { cause: { operationID } },
      { ownerUserID, friendUserIDs, isPinned, remark, ex },
    ) {
      await friends.update(operationID, ownerUserID, friendUserIDs, {
        ...(isPinned !== null && { isPinned }),
        ...(remark !== null && { remark }),
        ...(ex !== null && { ex }),
      });
    },
  }),
  route(DeleteFriend, {
    async handle({ cause: { operationID } }, { ownerUserID, friendUserID }) {
      await friends.delete(operationID, ownerUserID, friendUserID);
    },
  }),
  route(ImportFriend, {
    async handle({ cause }, { ownerUserID, friendUserIDs }) {
      await friends.import(cause, ownerUserID, friendUserIDs);
    },
  }),
];

const applicationRoutes = ({ applications }: FriendRoutesDeps): Route[] => [
  route(AddFriend, {
    async handle({ cause: { operationID } }, application) {
      await applications.apply(operationID, application);
    },
  }),
  route(AddFriendResponse, {
    check({ handleResult }) {
      if (
        handleResult !== HandleResult.agreed &&
        handleResult !== HandleResult.refused
      )
        throw errors.args(`handleResult ${handleResult} is neither 1 nor -1`);
    },
    async handle({ cause }, { handleResult, ...answer }) {
      await applications.answer(cause, {
        ...answer,
        isAccepted: handleResult === HandleResult.agreed,
      });
    },
  }),
  route(GetFriendApplyList, {
    check: checkPage,
    async handle(_call, { userID, pagination, handleResults }) {
      const page = requirePage(pagination);
      const { total, requests } = await applications.pageReceived(
        userID,
        handleResults,
        page,
      );
      return { total, FriendRequests: requests };
    },
  }),
  route(GetSelfFriendApplyList, {
    check: checkPage,
    async handle(_call, { userID, pagination, handleResults }) {
      const page = requirePage(pagination);
      const { total, requests } = await applications.pageSent(
        userID,
        handleResults,
        page,
      );
      return { total, friendRequests: requests };
    },
  }),
  route(GetDesignatedFriendApply, {
    async handle({ cause: { actor } }, { fromUserID, toUserID }) {
      requireEither(actor, fromUserID, toUserID);
      return {
        friendRequests: await applications.listBetween(fromUserID, toUserID),
      };
    },
  }),
  route(GetSelfUnhandledApplyCount, {
    async handle(_call, { userID, time }) {
      return { count: await applications.countUnhandled(userID, time) };
    },
  }),
];

/** COMPAT: what sdk-core 3.8 needs to read the black list: see black-reads.ts. */
const blackQuietMs = 150;

const blackRoutes = ({ blacks, blackReads }: FriendRoutesDeps): Route[] => [
  route(AddBlack, {
    quietMs: blackQuietMs,
    async handle({ cause }, black) {
      await blacks.add(cause, black);
      blackReads.changed(cause.actor);
    },
  }),
  route(RemoveBlack, {
    quietMs: blackQuietMs,
    async handle({ cause }, { ownerUserID, blackUserID }) {
      await blacks.remove(cause.operationID, ownerUserID, blackUserID);
      blackReads.changed(cause.actor);
    },
  }),
  route(GetBlackList, {
    check: checkPage,
    async handle({ cause: { actor } }, { userID, pagination }) {
      const page = requirePage(pagination);
      if (page.offset === 0) await blackReads.turn(actor);
      const { total, blacks: found } = await blacks.page(userID, page);
      return { total, blacks: found.map(inSeconds) };
    },
  }),
  route(GetSpecifiedBlacks, {
    check({ userIDList }) {
      requireSome(userIDList);
      requireDistinct(userIDList);
    },
    async handle(_call, { ownerUserID, userIDList }) {
      const found = await blacks.list(ownerUserID, userIDList);
      return { blacks: found, total: found.length };
    },
  }),
];

/** COMPAT: but for get_specified_blacks, clients expect seconds. */
const inSeconds = (black: BlackInfo): BlackInfo => ({
  ...black,
  createTime: Math.floor(black.createTime / 1000),
});

function requireSome(userIDs: readonly string[]): void {
  if (userIDs.length === 0) throw errors.args("userIDs is empty");
}

function requireDistinct(userIDs: readonly string[]): void {
  if (new Set(userIDs).size !== userIDs.length)
    throw errors.args("a userID occurs twice");
}

/** Both users of a pair may see data between them. */
function requireEither(actor: Actor, userID1: string, userID2: string): void {
  if (actor.userID !== userID1) requireSelf(actor, userID2);
}
