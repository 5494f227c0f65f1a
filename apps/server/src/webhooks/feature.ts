import type { GroupRowHooks } from "../conversations/hooks.ts";
import type { ConversationRows } from "../conversations/rows.ts";
import type { Config } from "../config/schema.ts";
import type { WebhookName } from "../config/webhook-names.ts";
import type { Deliver } from "../delivery/delivery.ts";
import type { FollowUps } from "../follow-ups/follow-ups.ts";
import type { FriendHooks } from "../friends/hooks.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import type { GroupHooks } from "../groups/hooks.ts";
import type { Saved } from "../message-log/outbox.ts";
import type { MessageHooks, ReadingHooks } from "../messages/hooks.ts";
import type { RevokeHooks } from "../messages/hooks.ts";
import type { Transact } from "../storage/writer.ts";
import type { UserHooks } from "../users/hooks.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import { createAfterHooks } from "./after.ts";
import { createClient } from "./client.ts";
import { createRowHooks } from "./conversation-hooks.ts";
import { createFriendHooks } from "./friend-hooks.ts";
import { createGate } from "./gate.ts";
import type { GateDeps } from "./gate.ts";
import { createGroupHooks } from "./group-hooks.ts";
import { createMessageHooks, createSavedHook } from "./message-hooks.ts";
import { createPresenceHooks } from "./presence-hooks.ts";
import type { PresenceHooks } from "./presence-hooks.ts";
import { createPushHooks } from "./push-hooks.ts";
import type { PushHooks } from "./push-hooks.ts";
import { createUserHooks } from "./user-hooks.ts";
import { createWebhooks } from "./webhooks.ts";

/** Everything that a receiver has a say in, put together. */
export interface WebhookFeature {
  messages: MessageHooks & ReadingHooks & RevokeHooks;
  users: UserHooks;
  friends: FriendHooks;
  groups: GroupHooks;
  /** undefined: rows are created without calling a hook. */
  groupRows: GroupRowHooks | undefined;
  /** undefined: no hook is called after messages are stored. */
  saved: Saved | undefined;
  /** Hooks of offline pushes; the gate asks the others. */
  push: PushHooks;
  presence: PresenceHooks | undefined;
  /**
   * The gate holds conversation rows of a first message back until the hook has answered.
   */
  makesRows: boolean;
  /** Delivery as it is, or with the gate before it. */
  before(
    delivery: Deliver,
    deps: { rows: ConversationRows } & Pick<GateDeps, "listUsers" | "heldBack">,
  ): Deliver;
  /** Events that wait. */
  waiting(): number;
  close(): void;
}

export interface WebhookFeatureDeps {
  settings: Config["webhooks"];
  followUps: Pick<FollowUps, "define">;
  transact: Transact;
  sessions: Pick<AllSessions, "of" | "returning">;
  metrics: Pick<
    Metrics,
    "webhookTold" | "webhooksDropped" | "webhookUnanswered"
  >;
  logger: Logger;
  now: () => number;
}

const tickMs = 500;

export function createWebhookFeature(deps: WebhookFeatureDeps): WebhookFeature {
  const { settings, transact, metrics, logger, now } = deps;
  const { url, secret } = settings;
  const post = createClient({ url, secret, fetch, now });
  const tellsAfter = (Object.keys(settings.hooks) as WebhookName[]).some(
    (name) => name.startsWith("after") && settings.hooks[name]?.enable,
  );
  const events = tellsAfter
    ? createAfterHooks({
        followUps: deps.followUps,
        entries: settings.hooks,
        post,
        tellWithin: settings.tellWithin,
        told: metrics.webhookTold,
        dropped: () => metrics.webhooksDropped(1),
        away: (error) =>
          logger.warn(
            { err: error },
            "webhooks: the receiver does not answer: events wait and are retried",
          ),
      })
    : undefined;
  const webhooks = createWebhooks({
    entries: settings.hooks,
    post,
    events: events ?? { add: () => undefined },
    unanswered(name, error) {
      metrics.webhookUnanswered();
      logger.warn(
        { err: error, hook: name },
        "webhooks: a before hook got no answer",
      );
    },
  });
  const refused = (error: unknown) =>
    logger.info(
      { err: error },
      "webhooks: a push or conversation was refused by its before hook",
    );

  const rowHooks = createRowHooks(webhooks, refused);
  const push = createPushHooks(webhooks, refused);
  const presence = createPresenceHooks(webhooks, deps.sessions, {
    transact,
    failed: (error) =>
      logger.warn({ err: error }, "webhooks: presence was not told"),
    now,
  });
  const ticking = presence && setInterval(() => presence.tick(), tickMs);
  const makesRows = webhooks.isOn(
    "beforeCreateSingleChatConversations",
    "afterCreateSingleChatConversations",
    "beforeCreateGroupChatConversations",
    "afterCreateGroupChatConversations",
  );
  return {
    messages: createMessageHooks(webhooks, now),
    users: createUserHooks(webhooks),
    friends: createFriendHooks(webhooks),
    groups: createGroupHooks(webhooks),
    groupRows: makesRows ? rowHooks.forGroups : undefined,
    push,
    presence,
    makesRows,
    before(delivery, { rows, ...others }) {
      if (!makesRows && !push.online) return delivery;
      return createGate({
        delivery,
        transact,
        push,
        ...(makesRows && { rows: { hooks: rowHooks, ...rows } }),
        ...others,
        failed: (error) =>
          logger.error(
            { err: error },
            "webhooks: deferred work after an answer failed",
          ),
      });
    },
    saved: createSavedHook(webhooks),
    waiting: () => events?.waiting() ?? 0,
    close: () => clearInterval(ticking),
  };
}
