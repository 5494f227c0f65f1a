import type { GroupInfo } from "@parley/protocol/generated/sdkws";

import type { Conversations } from "../conversations/conversations.ts";
import type { UserSeqs } from "../conversations/user-seqs.ts";
import type { Feature } from "../feature/feature.ts";
import type { Speaking } from "../groups/speaking.ts";
import type { MessageLog } from "../message-log/log.ts";
import type { Outbox } from "../message-log/outbox.ts";
import type { Notify } from "../notifications/notify.ts";
import type { Engine } from "../storage/engine.ts";
import type { LargeChanges } from "../storage/large-changes.ts";
import type { Transact } from "../storage/writer.ts";
import type { Users } from "../users/users.ts";
import type { MessageAccess } from "./access.ts";
import { createBusiness } from "./business.ts";
import { createMessageDeparture } from "./departure.ts";
import { createDeleting } from "./deleting.ts";
import { messageFrames } from "./frames.ts";
import type { MessageFramesDeps } from "./frames.ts";
import type { MessageHooks, ReadingHooks, RevokeHooks } from "./hooks.ts";
import { countGone } from "./marks.ts";
import { createPulling } from "./pull.ts";
import type { Pulling } from "./pull.ts";
import { createReading } from "./reading.ts";
import { removeOldMessagesOf, retentionJob } from "./retention.ts";
import { createRevoke } from "./revoke.ts";
import { messageRoutes } from "./routes.ts";
import { createSearch } from "./search.ts";
import { createSearchIndex } from "./search-index.ts";
import { createSendResults, createSharedSendResults } from "./send-results.ts";
import { sendRoutes } from "./send-routes.ts";
import { createSending } from "./send.ts";
import type { SendingDeps } from "./send.ts";
import { createServerSending } from "./server-send.ts";
import { createSimpleSend } from "./simple-send.ts";
import { createTyping } from "./typing.ts";
import type { SayTyping } from "./typing.ts";
import { createViews } from "./views.ts";

/** All of messages above their log, put together. */
export interface MessageFeature extends Feature {
  pulling: Pulling;
  sayTyping: SayTyping;
}

export interface MessageFeatureDeps extends Pick<
  SendingDeps,
  | "isAdmin"
  | "requireTaking"
  | "requireWelcome"
  | "mention"
  | "accepted"
  | "refused"
> {
  engine: Engine;
  transact: Transact;
  log: MessageLog;
  access: MessageAccess;
  outbox: Outbox;
  notify: Notify;
  userSeqs: UserSeqs;
  conversations: Conversations;
  speaking: Speaking;
  users: Users;
  listGroups(groupIDs: readonly string[]): Promise<GroupInfo[]>;
  /** Days that messages are kept; 0 keeps them for good. */
  retainDays: number;
  /** Other nodes are asked, too, what became of a message. */
  isShared: boolean;
  changes: Pick<LargeChanges, "define">;
  actorOf: MessageFramesDeps["actorOf"];
  requireNotKicked: MessageFramesDeps["requireNotKicked"];
  hooks: MessageHooks & ReadingHooks & RevokeHooks;
  now: () => number;
}

export function createMessageFeature(
  given: MessageFeatureDeps,
): MessageFeature {
  const { access, conversations, speaking, users, listGroups } = given;
  const deps = {
    ...given,
    db: given.engine.read,
    findUser: users.find,
    getUser: users.get,
    listUsers: users.list,
    glance: conversations.glance,
  };
  const pulling = createPulling({
    ...deps,
    access,
    views: createViews(deps),
    countGone: (userID, spans) => countGone(deps.engine.read, userID, spans),
    listBounds: conversations.listBounds,
  });
  const sending = createSending({
    ...deps,
    requireGroupSpeaker: speaking.requireSpeaker,
  });

  const index = createSearchIndex({
    ...deps,
    settled: deps.log.settled,
  });

  const sendResults = given.isShared
    ? createSharedSendResults(deps)
    : createSendResults(deps.now);

  return {
    name: "messages",
    routes: [
      ...messageRoutes({
        pulling,
        reading: createReading({
          ...deps,
          access,
          getConversation: conversations.get,
        }),
        revoke: createRevoke({
          ...deps,
          requireGroupRevoker: speaking.requireRevoker,
        }),
        deleting: createDeleting({
          ...deps,
          listConversations: conversations.list,
          mirrorMinSeqs: conversations.mirrorMinSeqs,
          requireGroupManager: speaking.requireManager,
        }),
        search: createSearch({
          ...deps,
          index,
          listGroups,
        }),
        removeOldMessagesOf: (conversationID, before) =>
          removeOldMessagesOf(deps, conversationID, before),
        now: deps.now,
      }),
      ...sendRoutes({
        serverSending: createServerSending({ ...deps, sending }),
        sendSimple: createSimpleSend({ ...deps, sending }),
        sendBusiness: createBusiness({ ...deps, sending }),
        sendResults,
        everyone: () => everyone(users.listIDs),
      }),
    ],
    frames: messageFrames({ ...deps, pulling, sending }),
    pulling,
    sayTyping: createTyping(sending),
    depart: createMessageDeparture({ ...deps, index }),
    jobs: [retentionJob(deps, given.retainDays), ...sendResults.jobs],
  };
}

/** Page by page, so that a million users need no list of a million. */
async function* everyone(
  listIDs: Users["listIDs"],
): AsyncGenerator<string, void> {
  const limit = 1_000;
  for (let offset = 0; ; offset += limit) {
    const { userIDs } = await listIDs({ offset, limit });
    yield* userIDs;
    if (userIDs.length < limit) return;
  }
}
