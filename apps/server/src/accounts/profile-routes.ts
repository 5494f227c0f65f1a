import {
  CallbackOpenImReq,
  FriendSearchReq,
  FriendSearchResp,
  UserFindFullReq,
  UserFindFullResp,
  UserFindPublicReq,
  UserFindPublicResp,
  UserRtcGetTokenReq,
  UserRtcGetTokenResp,
  UserSearchFullReq,
  UserSearchFullResp,
  UserSearchPublicReq,
  UserSearchPublicResp,
  UserUpdateReq,
} from "@parley/protocol/chat/accounts";

import { errors } from "@parley/protocol/errors";

import { openRoute, route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import type { Accounts } from "./accounts.ts";
import type { Calls } from "./calls.ts";
import type { FriendRequests } from "./friend-requests.ts";
import type { ProfileChanges } from "./profile-changes.ts";
import type { AccountSearch } from "./search.ts";
import { toFullInfo, toPublicInfo } from "./store.ts";

export interface ProfileRoutesDeps {
  accounts: Accounts;
  profileChanges: ProfileChanges;
  search: AccountSearch;
  calls: Calls;
  friendRequests: FriendRequests;
}

function requireSome({ userIDs }: { userIDs: readonly string[] }): void {
  if (userIDs.length === 0) throw errors.args("userIDs is empty");
}

export const profileRoutes = ({
  accounts,
  profileChanges,
  search,
  calls,
  friendRequests,
}: ProfileRoutesDeps): Route[] => [
  route("/user/update", UserUpdateReq, {
    handle: (call, request) => profileChanges.update(call, request),
  }),
  route("/user/find/public", UserFindPublicReq, {
    required: ["userIDs"],
    check: requireSome,
    response: UserFindPublicResp,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listPublic(userIDs),
    }),
  }),
  route("/user/find/full", UserFindFullReq, {
    required: ["userIDs"],
    check: requireSome,
    response: UserFindFullResp,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listFull(userIDs),
    }),
  }),
  route("/user/search/full", UserSearchFullReq, {
    response: UserSearchFullResp,
    async handle(_call, request) {
      const { total, accounts } = await search.people(request);
      return { total, users: accounts.map(toFullInfo) };
    },
  }),
  route("/user/search/public", UserSearchPublicReq, {
    response: UserSearchPublicResp,
    async handle(_call, request) {
      const { total, accounts } = await search.people(request);
      return { total, users: accounts.map(toPublicInfo) };
    },
  }),
  route("/friend/search", FriendSearchReq, {
    response: FriendSearchResp,
    async handle({ operationID, actor }, request) {
      const { total, accounts } = await search.friends(
        operationID,
        actor,
        request,
      );
      return { total, users: accounts.map(toFullInfo) };
    },
  }),
  route("/user/rtc/get_token", UserRtcGetTokenReq, {
    response: UserRtcGetTokenResp,
    handle: async (_call, request) => calls.join(request),
  }),
  openRoute("/callback/open_im", CallbackOpenImReq, {
    handle: ({ query }, request) =>
      friendRequests.answerHook(query.get("command") ?? "", request),
  }),
];
