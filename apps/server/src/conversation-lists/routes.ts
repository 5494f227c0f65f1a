import { GetSortedConversationList } from "@parley/protocol/methods/conversations";
import {
  GetActiveJssdkConversations,
  GetJssdkConversations,
} from "@parley/protocol/methods/jssdk";

import { protobufRoute } from "../http/protobuf-route.ts";
import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { checkPage, requirePage } from "../storage/page.ts";
import type { SortedConversations } from "./sorted.ts";
import type { WebConversations } from "./web-conversations.ts";

const defaultCount = 100;
const maxCount = 500;

/** COMPAT: sdk-core 3.8 in browsers; whom the body names counts for nothing. */
export const jssdkRoutes = (webConversations: WebConversations): Route[] => [
  protobufRoute(GetJssdkConversations, {
    handle: ({ cause: { actor } }, { conversationIDs }) =>
      webConversations.list(actor.userID, conversationIDs),
  }),
  protobufRoute(GetActiveJssdkConversations, {
    handle: ({ cause: { actor } }, { count }) =>
      webConversations.listActive(
        actor.userID,
        count < 1 || count > maxCount ? defaultCount : count,
      ),
  }),
];

export const sortedConversationRoutes = (
  sorted: SortedConversations,
): Route[] => [
  route(GetSortedConversationList, {
    check: checkPage,
    handle(_call, { userID, conversationIDs, pagination }) {
      const page = requirePage(pagination);
      return sorted.list(userID, conversationIDs, page);
    },
  }),
];
