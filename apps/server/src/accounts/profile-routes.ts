import { errors } from "@parley/protocol/errors";
import {
  CallbackOpenIm,
  FriendSearch,
  UserFindFull,
  UserFindPublic,
  UserRtcGetToken,
  UserSearchFull,
  UserSearchPublic,
  UserUpdate,
} from "@parley/protocol/methods/chat/accounts";

import { route } from "../http/route.ts";
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
  route(UserUpdate, {
    handle: ({ cause }, request) => profileChanges.update(cause, request),
  }),
  route(UserFindPublic, {
    check: requireSome,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listPublic(userIDs),
    }),
  }),
  route(UserFindFull, {
    check: requireSome,
    handle: async (_call, { userIDs }) => ({
      users: await accounts.listFull(userIDs),
    }),
  }),
  route(UserSearchFull, {
    async handle(_call, request) {
      const { total, accounts } = await search.people(request);
      return { total, users: accounts.map(toFullInfo) };
    },
  }),
  route(UserSearchPublic, {
    async handle(_call, request) {
      const { total, accounts } = await search.people(request);
      return { total, users: accounts.map(toPublicInfo) };
    },
  }),
  route(FriendSearch, {
    async handle({ cause }, request) {
      const { total, accounts } = await search.friends(cause, request);
      return { total, users: accounts.map(toFullInfo) };
    },
  }),
  route(UserRtcGetToken, {
    handle: async (_call, request) => calls.join(request),
  }),
  route(CallbackOpenIm, {
    handle: ({ query }, request) =>
      friendRequests.answerHook(query.get("command") ?? "", request),
  }),
];
