import type { Config } from "../config/schema.ts";
import { createAnswerFirst } from "../delivery/answer-first.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import { kick } from "../auth/sign-ins.ts";
import { createPresence } from "../gateway/presence.ts";
import { createSessions } from "../gateway/sessions.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import type { Cluster } from "../nodes/cluster.ts";
import type { LoadShedder } from "../pace/load-shedder.ts";
import type { Writer } from "../storage/writer.ts";
import { version } from "../version.ts";
import type { Logger } from "../watching/logger.ts";
import { createMetrics } from "../watching/metrics.ts";
import { createWebhookFeature } from "../webhooks/feature.ts";

export interface ConnectionsDeps {
  config: Config;
  shedder: LoadShedder;
  writer: Writer;
  followUps: FollowUps;
  /** Undefined: this process is alone. */
  cluster: Cluster | undefined;
  logger: Logger;
  now: () => number;
}

export type Connections = Awaited<ReturnType<typeof createConnections>>;

/** Builds what knows of connections, the receiver's and ours, and counts. */
export async function createConnections({
  config,
  shedder,
  writer,
  followUps,
  cluster,
  logger,
  now,
}: ConnectionsDeps) {
  const sessions = createSessions();
  const whereabouts =
    cluster &&
    (await import("../gateway/whereabouts.ts")).createWhereabouts({
      ...{ cluster, sessions, kick },
      failed: (error) =>
        logger.error(
          { err: error },
          "what another node told of its connections failed",
        ),
    });
  /** The sessions of all nodes. */
  const everywhere: AllSessions = whereabouts ?? sessions;
  const presence = createPresence(everywhere.platformsOf);
  everywhere.onChange(presence.changed);
  const metrics = createMetrics({
    onlineUsers: sessions.userCount,
    connections: sessions.count,
    shed: shedder.refusals,
    version,
  });
  const webhooks = createWebhookFeature({
    settings: config.webhooks,
    followUps,
    transact: writer.transact,
    sessions: everywhere,
    metrics,
    logger,
    now,
  });
  metrics.watch({ webhooksWaiting: webhooks.waiting });
  const watched = webhooks.presence;
  if (watched) sessions.onChange((userID) => watched.changed(userID));
  return {
    sessions,
    everywhere,
    whereabouts,
    presence,
    metrics,
    webhooks,
    answerFirst: createAnswerFirst(() => performance.now()),
  };
}
