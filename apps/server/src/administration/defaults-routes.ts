import {
  DefaultGroupAdd,
  DefaultGroupDel,
  DefaultGroupFind,
  DefaultGroupSearch,
  DefaultUserAdd,
  DefaultUserDel,
  DefaultUserFind,
  DefaultUserSearch,
} from "@parley/protocol/methods/chat/managed-users";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Defaults } from "./defaults.ts";

export const defaultsRoutes = (defaults: Defaults): Route[] => [
  route(DefaultUserAdd, {
    handle: (_call, { userIDs }) => defaults.addFriends(userIDs),
  }),
  route(DefaultUserDel, {
    handle: (_call, { userIDs }) => defaults.deleteFriends(userIDs),
  }),
  route(DefaultUserFind, {
    handle: async () => ({ userIDs: await defaults.listFriends() }),
  }),
  route(DefaultUserSearch, {
    handle: (_call, { keyword, pagination }) =>
      defaults.searchFriends(keyword, requireFilledPage(pagination)),
  }),
  route(DefaultGroupAdd, {
    handle: ({ cause: { operationID } }, { groupIDs }) =>
      defaults.addGroups(operationID, groupIDs),
  }),
  route(DefaultGroupDel, {
    handle: (_call, { groupIDs }) => defaults.deleteGroups(groupIDs),
  }),
  route(DefaultGroupFind, {
    handle: async () => ({ groupIDs: await defaults.listGroups() }),
  }),
  route(DefaultGroupSearch, {
    handle: ({ cause: { operationID } }, { keyword, pagination }) =>
      defaults.searchGroups(
        operationID,
        keyword,
        requireFilledPage(pagination),
      ),
  }),
];
