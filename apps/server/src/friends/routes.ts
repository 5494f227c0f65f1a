import { HandleResult } from "@parley/protocol/content-types";
import { errors } from "@parley/protocol/errors";
import {
  AddBlackReq,
  ApplyToAddFriendReq,
  DeleteFriendReq,
  GetDesignatedFriendsApplyReq,
  GetDesignatedFriendsApplyResp,
  GetDesignatedFriendsReq,
  GetDesignatedFriendsResp,
  GetFriendIDsReq,
  GetFriendIDsResp,
  GetFullFriendUserIDsReq,
  GetFullFriendUserIDsResp,
  GetIncrementalBlacksReq,
  GetIncrementalBlacksResp,
  GetIncrementalFriendsReq,
  GetIncrementalFriendsResp,
  GetPaginationBlacksReq,
  GetPaginationBlacksResp,
  GetPaginationFriendsApplyFromReq,
  GetPaginationFriendsApplyFromResp,
  GetPaginationFriendsApplyToReq,
  GetPaginationFriendsApplyToResp,
  GetPaginationFriendsReq,
  GetPaginationFriendsResp,
  GetSelfUnhandledApplyCountReq,
  GetSelfUnhandledApplyCountResp,
  GetSpecifiedBlacksReq,
  GetSpecifiedBlacksResp,
  GetSpecifiedFriendsInfoReq,
  GetSpecifiedFriendsInfoResp,
  ImportFriendReq,
  IsFriendReq,
  IsFriendResp,
  RemoveBlackReq,
  RespondFriendApplyReq,
  SetFriendRemarkReq,
  UpdateFriendsReq,
} from "@parley/protocol/generated/relation";
import type { BlackInfo } from "@parley/protocol/generated/sdkws";

import type { Actor } from "../http/actor.ts";
import { requireAdmin, requireSelf, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requirePage } from "../storage/page.ts";
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
  route("/friend/get_friend_list", GetPaginationFriendsReq, {
    required: ["userID"],
    response: GetPaginationFriendsResp,
    async handle({ actor }, { userID, pagination }) {
      const page = requirePage(pagination);
      requireSelf(actor, userID);
      const { total, friends: found } = await friends.page(userID, page);
      return { total, friendsInfo: found };
    },
  }),
  route("/friend/get_designated_friends", GetDesignatedFriendsReq, {
    required: ["ownerUserID", "friendUserIDs"],
    check: ({ friendUserIDs }) => requireDistinct(friendUserIDs),
    response: GetDesignatedFriendsResp,
    async handle({ actor }, { ownerUserID, friendUserIDs }) {
      requireSelf(actor, ownerUserID);
      return { friendsInfo: await friends.list(ownerUserID, friendUserIDs) };
    },
  }),
  route("/friend/get_friend_id", GetFriendIDsReq, {
    required: ["userID"],
    response: GetFriendIDsResp,
    async handle({ actor }, { userID }) {
      requireSelf(actor, userID);
      return { friendIDs: await friends.listIDs(userID) };
    },
  }),
  route("/friend/get_specified_friends_info", GetSpecifiedFriendsInfoReq, {
    required: ["ownerUserID", "userIDList"],
    check({ userIDList }) {
      requireSome(userIDList);
      requireDistinct(userIDList);
    },
    response: GetSpecifiedFriendsInfoResp,
    async handle({ actor }, { ownerUserID, userIDList }) {
      requireSelf(actor, ownerUserID);
      return { infos: await listRelations(ownerUserID, userIDList) };
    },
  }),
  route("/friend/is_friend", IsFriendReq, {
    required: ["userID1", "userID2"],
    response: IsFriendResp,
    async handle({ actor }, { userID1, userID2 }) {
      requireEither(actor, userID1, userID2);
      return {
        inUser1Friends: await friends.hasFriend(userID1, userID2),
        inUser2Friends: await friends.hasFriend(userID2, userID1),
      };
    },
  }),
];

const syncRoutes = ({ friends, blacks }: FriendRoutesDeps): Route[] => [
  route("/friend/get_incremental_friends", GetIncrementalFriendsReq, {
    response: GetIncrementalFriendsResp,
    async handle({ actor }, { userID, versionID, version }) {
      requireSelf(actor, userID);
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
  route("/friend/get_full_friend_user_ids", GetFullFriendUserIDsReq, {
    required: ["userID"],
    response: GetFullFriendUserIDsResp,
    handle({ actor }, { userID, idHash }) {
      requireSelf(actor, userID);
      return friends.fullIDs(userID, idHash);
    },
  }),
  route("/friend/get_incremental_blacks", GetIncrementalBlacksReq, {
    response: GetIncrementalBlacksResp,
    async handle({ actor }, { userID, versionID, version }) {
      requireSelf(actor, userID);
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
  route("/friend/set_friend_remark", SetFriendRemarkReq, {
    required: ["ownerUserID", "friendUserID"],
    async handle({ actor, operationID }, wanted) {
      const { ownerUserID, friendUserID } = wanted;
      const ask = hooks?.beforeRemark;
      const remark = ask ? await ask(operationID, wanted) : wanted.remark;
      requireSelf(actor, ownerUserID);
      await friends.setRemark(operationID, ownerUserID, friendUserID, remark);
    },
  }),
  route("/friend/update_friends", UpdateFriendsReq, {
    required: ["ownerUserID", "friendUserIDs"],
    check({ friendUserIDs }) {
      requireSome(friendUserIDs);
      requireDistinct(friendUserIDs);
    },
    async handle(
      { actor, operationID },
      { ownerUserID, friendUserIDs, isPinned, remark, ex },
    ) {
      requireSelf(actor, ownerUserID);
      await friends.update(operationID, ownerUserID, friendUserIDs, {
        ...(isPinned !== null && { isPinned }),
        ...(remark !== null && { remark }),
        ...(ex !== null && { ex }),
      });
    },
  }),
  route("/friend/delete_friend", DeleteFriendReq, {
    required: ["ownerUserID", "friendUserID"],
    async handle({ actor, operationID }, { ownerUserID, friendUserID }) {
      requireSelf(actor, ownerUserID);
      await friends.delete(operationID, ownerUserID, friendUserID);
    },
  }),
  route("/friend/import_friend", ImportFriendReq, {
    required: ["ownerUserID", "friendUserIDs"],
    async handle({ actor, operationID }, { ownerUserID, friendUserIDs }) {
      requireAdmin(actor);
      await friends.import(actor, operationID, ownerUserID, friendUserIDs);
    },
  }),
];

const applicationRoutes = ({ applications }: FriendRoutesDeps): Route[] => [
  route("/friend/add_friend", ApplyToAddFriendReq, {
    required: ["fromUserID", "toUserID"],
    async handle({ actor, operationID }, application) {
      requireSelf(actor, application.fromUserID);
      await applications.apply(operationID, application);
    },
  }),
  route("/friend/add_friend_response", RespondFriendApplyReq, {
    required: ["fromUserID", "toUserID", "handleResult"],
    check({ handleResult }) {
      if (
        handleResult !== HandleResult.agreed &&
        handleResult !== HandleResult.refused
      )
        throw errors.args(`handleResult ${handleResult} is neither 1 nor -1`);
    },
    async handle({ actor, operationID }, { handleResult, ...answer }) {
      requireSelf(actor, answer.toUserID);
      await applications.answer(actor, operationID, {
        ...answer,
        isAccepted: handleResult === HandleResult.agreed,
      });
    },
  }),
  route("/friend/get_friend_apply_list", GetPaginationFriendsApplyToReq, {
    required: ["userID"],
    response: GetPaginationFriendsApplyToResp,
    async handle({ actor }, { userID, pagination, handleResults }) {
      const page = requirePage(pagination);
      requireSelf(actor, userID);
      const { total, requests } = await applications.pageReceived(
        userID,
        handleResults,
        page,
      );
      return { total, FriendRequests: requests };
    },
  }),
  route(
    "/friend/get_self_friend_apply_list",
    GetPaginationFriendsApplyFromReq,
    {
      required: ["userID"],
      response: GetPaginationFriendsApplyFromResp,
      async handle({ actor }, { userID, pagination, handleResults }) {
        const page = requirePage(pagination);
        requireSelf(actor, userID);
        const { total, requests } = await applications.pageSent(
          userID,
          handleResults,
          page,
        );
        return { total, friendRequests: requests };
      },
    },
  ),
  route("/friend/get_designated_friend_apply", GetDesignatedFriendsApplyReq, {
    required: ["fromUserID", "toUserID"],
    response: GetDesignatedFriendsApplyResp,
    async handle({ actor }, { fromUserID, toUserID }) {
      requireEither(actor, fromUserID, toUserID);
      return {
        friendRequests: await applications.listBetween(fromUserID, toUserID),
      };
    },
  }),
  route(
    "/friend/get_self_unhandled_apply_count",
    GetSelfUnhandledApplyCountReq,
    {
      response: GetSelfUnhandledApplyCountResp,
      async handle({ actor }, { userID, time }) {
        requireSelf(actor, userID);
        return { count: await applications.countUnhandled(userID, time) };
      },
    },
  ),
];

/** COMPAT: what sdk-core 3.8 needs to read the black list: see black-reads.ts. */
const blackQuietMs = 150;

const blackRoutes = ({ blacks, blackReads }: FriendRoutesDeps): Route[] => [
  route("/friend/add_black", AddBlackReq, {
    required: ["ownerUserID", "blackUserID"],
    quietMs: blackQuietMs,
    async handle({ actor, operationID }, black) {
      requireSelf(actor, black.ownerUserID);
      await blacks.add(actor, operationID, black);
      blackReads.changed(actor);
    },
  }),
  route("/friend/remove_black", RemoveBlackReq, {
    required: ["ownerUserID", "blackUserID"],
    quietMs: blackQuietMs,
    async handle({ actor, operationID }, { ownerUserID, blackUserID }) {
      requireSelf(actor, ownerUserID);
      await blacks.remove(operationID, ownerUserID, blackUserID);
      blackReads.changed(actor);
    },
  }),
  route("/friend/get_black_list", GetPaginationBlacksReq, {
    required: ["userID"],
    response: GetPaginationBlacksResp,
    async handle({ actor }, { userID, pagination }) {
      const page = requirePage(pagination);
      requireSelf(actor, userID);
      if (page.offset === 0) await blackReads.turn(actor);
      const { total, blacks: found } = await blacks.page(userID, page);
      return { total, blacks: found.map(inSeconds) };
    },
  }),
  route("/friend/get_specified_blacks", GetSpecifiedBlacksReq, {
    required: ["userIDList"],
    check({ userIDList }) {
      requireSome(userIDList);
      requireDistinct(userIDList);
    },
    response: GetSpecifiedBlacksResp,
    async handle({ actor }, { ownerUserID, userIDList }) {
      requireSelf(actor, ownerUserID);
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
  if (userIDs.length === 0) throw errors.args("the list of userIDs is empty");
}

function requireDistinct(userIDs: readonly string[]): void {
  if (new Set(userIDs).size !== userIDs.length)
    throw errors.args("a userID is there twice");
}

/** Both users of a pair may see data between them. */
function requireEither(actor: Actor, userID1: string, userID2: string): void {
  if (actor.userID !== userID1) requireSelf(actor, userID2);
}
