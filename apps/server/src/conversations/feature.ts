import type { Feature } from "../feature/feature.ts";
import { createConversationDeparture } from "./departure.ts";
import { destructMessages } from "./destruct.ts";
import type { DestructDeps } from "./destruct.ts";
import { conversationRoutes } from "./routes.ts";
import type { ConversationRoutesDeps } from "./routes.ts";
import type { UserSeqs } from "./user-seqs.ts";

export interface ConversationFeatureDeps
  extends ConversationRoutesDeps, Omit<DestructDeps, "userSeqs"> {
  userSeqs: UserSeqs;
}

/** Puts what people do with their conversations together. */
export function createConversationFeature(
  deps: ConversationFeatureDeps,
): Feature {
  return {
    name: "conversations",
    routes: conversationRoutes(deps),
    jobs: [
      {
        name: "message destruct",
        run: (signal) =>
          destructMessages(deps, `cron_user_msg_${deps.now()}`, signal),
      },
    ],
    depart: createConversationDeparture({
      ...deps,
      drop: deps.conversations.drop,
      newestSeq: deps.log.newestSeq,
    }),
  };
}
