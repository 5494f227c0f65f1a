import type { Config } from "../config/schema.ts";
import { createAnswerFirst } from "../delivery/answer-first.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import { createPresence } from "../gateway/presence.ts";
import { createSessions } from "../gateway/sessions.ts";
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
  logger: Logger;
  now: () => number;
}

export type Connections = ReturnType<typeof createConnections>;

/** Builds what knows of connections, the receiver's and ours, and counts. */
export function createConnections({
  config,
  shedder,
  writer,
  followUps,
  logger,
  now,
}: ConnectionsDeps) {
  const sessions = createSessions();
  const presence = createPresence(sessions.platformsOf);
  sessions.onChange(presence.changed);
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
    sessions,
    metrics,
    logger,
    now,
  });
  metrics.watch({ webhooksWaiting: webhooks.waiting });
  const watched = webhooks.presence;
  if (watched) sessions.onChange((userID) => watched.changed(userID));
  return {
    sessions,
    presence,
    metrics,
    webhooks,
    answerFirst: createAnswerFirst(() => performance.now()),
  };
}
