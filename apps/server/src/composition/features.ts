import { createAuthFeature } from "../auth/feature.ts";
import { createClientLogFeature } from "../client-logs/feature.ts";
import { defaultSecret } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import { createConversationFeature } from "../conversations/feature.ts";
import { createConversationListFeature } from "../conversation-lists/feature.ts";
import { createRowDeparture } from "../deletion/rows.ts";
import { favorites } from "../favorites/feature.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import type { Feature, FeatureDeclaration } from "../feature/feature.ts";
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
const features: readonly FeatureDeclaration<Parts>[] = [
  { create: createAuthFeature },
  { create: createUserFeature },
  { create: ({ friends }) => friends },
  { create: ({ groups }) => groups },
  { create: ({ messages }) => messages },
  { create: openObjectFeature },
  { create: createConversationFeature },
  { create: createConversationListFeature },
  favorites,
  { create: createClientLogFeature },
  { create: createStatisticsFeature },
  { create: ({ push }) => push },
  { create: ({ configRoutes: routes }) => ({ name: "remote-config", routes }) },
  { create: ({ db }) => ({ name: "rows", depart: createRowDeparture(db) }) },
  { create: createFollowUpDeparture },
];

/** They run before anything is built. */
export const featureMigrations = features.flatMap(
  ({ migrations }) => migrations ?? [],
);

/** Builds the features of the messaging core, in their order. */
export async function openFeatures(
  ...layers: Parameters<typeof partsOf>
): Promise<Feature[]> {
  const parts = partsOf(...layers);
  const built: Feature[] = [];
  for (const { create } of features) built.push(await create(parts));
  return built;
}

/** What features are built from. */
type Parts = ReturnType<typeof partsOf>;

function partsOf(
  given: FeaturesDeps,
  { everywhere, webhooks }: Connections,
  lower: LogAndDelivery,
  { auth, users, friends, groups }: People,
  { conversations, messages }: Chats,
) {
  const { config, engine } = given;
  const { pulling } = messages;
  return {
    ...given,
    ...lower,
    db: engine.read,
    transact: given.writer.transact,
    log: lower.messageLog,
    sessions: everywhere,
    auth,
    users,
    friends,
    groups,
    messages,
    conversations,
    pulling,
    quietSince: pulling.quietSince,
    requireGroup: groups.speaking.requireGroup,
    listUsers: users.list,
    listGroups: groups.reading.list,
    listFriends: friends.find,
    listConversations: conversations.list,
    hooks: webhooks.users,
    kinds: CountKind,
    countNewMessages: lower.messageLog.merge,
    bus: given.cluster?.bus,
    isSecretKnown: config.secret === defaultSecret,
    secret: config.secret,
    settings: config.objects,
    lock: given.cluster?.inTurn ?? createKeyLock(),
    dataFolder: config.data,
    outdated: {
      days: config.cron.fileExpireTime,
      causes: config.cron.deleteObjectType,
    },
  };
}

/** Removes follow-ups of changes by the deleted user. */
function createFollowUpDeparture({ followUps }: Parts): Feature {
  return {
    name: "follow-ups",
    depart: ({ userID }, { once }) =>
      followUps.removeOf(userID, (work) =>
        once(async (tx) => {
          await work(tx);
          return {};
        }),
      ),
  };
}
