import type { GroupRowHooks } from "../conversations/hooks.ts";
import type { ConversationRows } from "../conversations/rows.ts";
import type { Config } from "../config/schema.ts";
import type { Deliver } from "../delivery/delivery.ts";
import type { FriendHooks } from "../friends/hooks.ts";
import type { Sessions } from "../gateway/sessions.ts";
import type { GroupHooks } from "../groups/hooks.ts";
import type { MessageHooks, ReadingHooks } from "../messages/hooks.ts";
import type { RevokeHooks } from "../messages/hooks.ts";
import type { UserHooks } from "../users/hooks.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import { createAfterQueue } from "./after-queue.ts";
import { createClient } from "./client.ts";
import { createRowHooks } from "./conversation-hooks.ts";
import { createFriendHooks } from "./friend-hooks.ts";
import { createGate } from "./gate.ts";
import type { GateDeps } from "./gate.ts";
import { createGroupHooks } from "./group-hooks.ts";
import { createMessageHooks } from "./message-hooks.ts";
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
  /** undefined: rows are made without asking anybody. */
  groupRows: GroupRowHooks | undefined;
  /** Of offline pushes, beside what the gate asks itself. */
  push: PushHooks;
  presence: PresenceHooks | undefined;
  /** Whether rows of a first message wait for an answer, behind the gate. */
  makesRows: boolean;
  /** Delivery as it is, or with the gate before it. */
  before(
    delivery: Deliver,
    deps: { rows: ConversationRows } & Pick<GateDeps, "transact" | "listUsers">,
  ): Deliver;
  /** Events that wait. */
  waiting(): number;
  close(): Promise<void>;
}

export interface WebhookFeatureDeps {
  settings: Config["webhooks"];
  sessions: Pick<Sessions, "of">;
  metrics: Pick<
    Metrics,
    "webhookTold" | "webhooksDropped" | "webhookUnanswered"
  >;
  logger: Logger;
  now: () => number;
}

/** What waits at a stop may go on for so long. */
const graceMs = 2_000;
const tickMs = 500;

export function createWebhookFeature(deps: WebhookFeatureDeps): WebhookFeature {
  const { settings, metrics, logger, now } = deps;
  const { url, secret } = settings;
  const post = createClient({ url, secret, fetch, now });
  const queue = createAfterQueue({
    post,
    sleep: (ms) => Bun.sleep(ms),
    told: metrics.webhookTold,
    dropped: metrics.webhooksDropped,
    failed: (command, error) =>
      logger.warn({ err: error, command }, "webhooks: an event was not told"),
  });
  const webhooks = createWebhooks({
    entries: settings.hooks,
    post,
    queue,
    unanswered(name, error) {
      metrics.webhookUnanswered();
      logger.warn({ err: error, hook: name }, "webhooks: no answer");
    },
  });
  const refused = (error: unknown) =>
    logger.info({ err: error }, "webhooks: held back by a receiver");

  const rowHooks = createRowHooks(webhooks, refused);
  const push = createPushHooks(webhooks, refused);
  const presence = createPresenceHooks(webhooks, deps.sessions, now);
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
      if (!makesRows && !push.online && !webhooks.isOn("afterMsgSaveDB"))
        return delivery;
      return createGate({
        webhooks,
        delivery,
        push,
        ...(makesRows && { rows: { hooks: rowHooks, ...rows } }),
        ...others,
        failed: (error) =>
          logger.error(
            { err: error },
            "webhooks: work behind an answer failed",
          ),
      });
    },
    waiting: queue.waiting,
    async close() {
      clearInterval(ticking);
      await queue.close(graceMs);
    },
  };
}
