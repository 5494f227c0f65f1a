import {
  DefaultGroupAddReq,
  DefaultGroupDelReq,
  DefaultGroupFindResp,
  DefaultGroupSearchReq,
  DefaultGroupSearchResp,
  DefaultUserAddReq,
  DefaultUserDelReq,
  DefaultUserFindResp,
  DefaultUserSearchReq,
  DefaultUserSearchResp,
} from "@parley/protocol/chat/managed-users";
import { EmptyReq } from "@parley/protocol/rest-types";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Defaults } from "./defaults.ts";

export const defaultsRoutes = (defaults: Defaults): Route[] => [
  route("/default/user/add", DefaultUserAddReq, {
    handle: (_call, { userIDs }) => defaults.addFriends(userIDs),
  }),
  route("/default/user/del", DefaultUserDelReq, {
    handle: (_call, { userIDs }) => defaults.deleteFriends(userIDs),
  }),
  route("/default/user/find", EmptyReq, {
    response: DefaultUserFindResp,
    handle: async () => ({ userIDs: await defaults.listFriends() }),
  }),
  route("/default/user/search", DefaultUserSearchReq, {
    response: DefaultUserSearchResp,
    handle: (_call, { keyword, pagination }) =>
      defaults.searchFriends(keyword, requireFilledPage(pagination)),
  }),
  route("/default/group/add", DefaultGroupAddReq, {
    handle: ({ operationID }, { groupIDs }) =>
      defaults.addGroups(operationID, groupIDs),
  }),
  route("/default/group/del", DefaultGroupDelReq, {
    handle: (_call, { groupIDs }) => defaults.deleteGroups(groupIDs),
  }),
  route("/default/group/find", EmptyReq, {
    response: DefaultGroupFindResp,
    handle: async () => ({ groupIDs: await defaults.listGroups() }),
  }),
  route("/default/group/search", DefaultGroupSearchReq, {
    response: DefaultGroupSearchResp,
    handle: ({ operationID }, { keyword, pagination }) =>
      defaults.searchGroups(
        operationID,
        keyword,
        requireFilledPage(pagination),
      ),
  }),
];
