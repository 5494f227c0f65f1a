import { createAuthFeature } from "../auth/feature.ts";
import { createClientLogFeature } from "../client-logs/feature.ts";
import { defaultSecret } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import { createConversationFeature } from "../conversations/feature.ts";
import { createConversationListFeature } from "../conversation-lists/feature.ts";
import { createRowDeparture } from "../deletion/rows.ts";
import { createFavoriteFeature } from "../favorites/feature.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import type { Feature } from "../feature/feature.ts";
import type { Route } from "../http/route.ts";
import { CountKind } from "../message-log/tally.ts";
import type { Cluster } from "../nodes/cluster.ts";
import { openObjectFeature } from "../objects/feature.ts";
import { createKeyLock } from "../pace/key-lock.ts";
import { createStatisticsFeature } from "../statistics/feature.ts";
import type { Caches } from "../storage/caches.ts";
import type { Engine } from "../storage/engine.ts";
import type { Writer } from "../storage/writer.ts";
import { createUserFeature } from "../users/feature.ts";
import type { Logger } from "../watching/logger.ts";
import type { Chats } from "./chats.ts";
import type { Connections } from "./connections.ts";
import type { LogAndDelivery } from "./log-and-delivery.ts";
import type { People } from "./people.ts";

export interface FeaturesDeps {
  config: Config;
  engine: Engine;
  caches: Caches;
  writer: Writer;
  configRoutes: Route[];
  followUps: FollowUps;
  /** Undefined: this process is alone. */
  cluster: Cluster | undefined;
  logger: Logger;
  randomDigits: () => string;
  now: () => number;
}

/**
 * Lists the features of the messaging core, each a line. A deleted user's data
 * goes in this order: what refers to rows of others before those rows.
 */
export async function openFeatures(
  given: FeaturesDeps,
  { everywhere, webhooks }: Connections,
  lower: LogAndDelivery,
  { auth, users, friends, groups }: People,
  { conversations, messages }: Chats,
): Promise<Feature[]> {
  const { config, engine } = given;
  const { pulling } = messages;
  const { requireGroup } = groups.speaking;
  const parts = {
    ...given,
    ...lower,
    db: engine.read,
    transact: given.writer.transact,
    log: lower.messageLog,
    sessions: everywhere,
    auth,
    users,
    conversations,
    pulling,
    quietSince: pulling.quietSince,
    requireGroup,
    listUsers: users.list,
    listGroups: groups.reading.list,
    listFriends: friends.find,
    listConversations: conversations.list,
    kinds: CountKind,
    countNewMessages: lower.messageLog.merge,
    bus: given.cluster?.bus,
    isSecretKnown: config.secret === defaultSecret,
    secret: config.secret,
    dataFolder: config.data,
    outdated: {
      days: config.cron.fileExpireTime,
      causes: config.cron.deleteObjectType,
    },
  };
  return [
    createAuthFeature(parts),
    createUserFeature({ ...parts, hooks: webhooks.users }),
    friends,
    groups,
    messages,
    await openObjectFeature({
      ...{ ...parts, settings: config.objects },
      lock: given.cluster?.inTurn ?? createKeyLock(),
    }),
    createConversationFeature(parts),
    createConversationListFeature(parts),
    createFavoriteFeature(parts),
    createClientLogFeature(parts),
    createStatisticsFeature(parts),
    lower.push,
    { name: "remote-config", routes: given.configRoutes },
    { name: "rows", depart: createRowDeparture(engine.read) },
    createFollowUpDeparture(given.followUps),
  ];
}

/** Removes follow-ups of changes by the deleted user. */
const createFollowUpDeparture = ({ removeOf }: FollowUps): Feature => ({
  name: "follow-ups",
  depart: ({ userID }, { once }) =>
    removeOf(userID, (work) =>
      once(async (tx) => {
        await work(tx);
        return {};
      }),
    ),
});
