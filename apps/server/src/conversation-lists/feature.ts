import type { Feature } from "../feature/feature.ts";
import { jssdkRoutes, sortedConversationRoutes } from "./routes.ts";
import { createSortedConversations } from "./sorted.ts";
import type { SortedConversationsDeps } from "./sorted.ts";
import { createWebConversations } from "./web-conversations.ts";
import type { WebConversationsDeps } from "./web-conversations.ts";

/** Puts the lists of conversations with their newest messages together. */
export const createConversationListFeature = (
  deps: SortedConversationsDeps & WebConversationsDeps,
): Feature => ({
  name: "conversation-lists",
  routes: [
    ...sortedConversationRoutes(createSortedConversations(deps)),
    ...jssdkRoutes(createWebConversations(deps)),
  ],
});
