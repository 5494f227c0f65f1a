import type { Kysely } from "kysely";

import type { PushSettings } from "../config/push-settings.ts";
import type { Push } from "../delivery/delivery.ts";
import type { Feature } from "../feature/feature.ts";
import type { AllSessions } from "../gateway/sessions.ts";
import { createPacedLine } from "../pace/line.ts";
import type { NoteOffline } from "../message-log/outbox.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import type { PushHooks } from "../webhooks/push-hooks.ts";
import { createBadges } from "./badges.ts";
import { createCarry } from "./carry.ts";
import { createExplain } from "./explain.ts";
import { createPushFollowUp } from "./follow-up.ts";
import type { PushFollowUpDeps } from "./follow-up.ts";
import { createOfflinePush } from "./offline.ts";
import type { OfflinePushDeps } from "./offline.ts";
import type { Fetch } from "./providers/call.ts";
import { openProviders } from "./providers/open.ts";
import { pushRoutes } from "./routes.ts";
import { createPushTokens } from "./tokens.ts";
import { createUnsentLog } from "./unsent.ts";

/** Everything of offline push, put together. */
export interface PushFeature extends Feature {
  /**
   * Notes pushes of a message that is being stored; undefined: offline push is
   * off.
   */
  noteOffline: NoteOffline | undefined;
  /** The online-push webhook refused the push of the message. */
  heldBack(push: Push): void;
  /** Called after the frames of a message are queued. */
  considerOffline(push: Push): void;
  forgetToken(userID: string, platformID: number): Promise<void>;
  /** Messages that wait. */
  waiting(): number;
  close(): Promise<void>;
}

export interface PushFeatureDeps extends Pick<
  OfflinePushDeps,
  "listMuting" | "hasMuted"
> {
  settings: PushSettings;
  db: Kysely<Schema>;
  transact: Transact;
  sessions: Pick<AllSessions, "of">;
  hooks: PushHooks;
  followUps: PushFollowUpDeps["followUps"];
  readMessage: PushFollowUpDeps["readMessage"];
  membersOf: PushFollowUpDeps["membersOf"];
  metrics: Pick<Metrics, "pushed" | "pushFailed" | "pushMissed">;
  fetch: Fetch;
  logger: Logger;
  now: () => number;
}

/** Time limit of a stop for waiting pushes. */
const graceMs = 2_000;
const dayMs = 86_400_000;
/** A database elsewhere answers several at once. */
const readsAtOnce = 4;
/** Pause between two log lines about one provider, in ms. */
const logPauseMs = 10_000;

/** Throws an error that names the setting that is wrong. */
export async function openPushFeature(
  deps: PushFeatureDeps,
): Promise<PushFeature> {
  const { settings, db, transact, sessions, hooks, metrics, logger, now } =
    deps;
  const tokens = createPushTokens({ db, transact, now });
  const badges = createBadges({ db, transact });
  const unsent = createUnsentLog({ db, transact, logger });
  const providers = await openProviders({ settings, fetch: deps.fetch, now });
  const isOn = providers.length > 0 || hooks.offline !== undefined;
  const isKept = settings.reasonDays > 0 && isOn;
  const warnings = new Map<string, number>();

  /** A provider that is away fails for thousands: a line now and then will do. */
  function warn(provider: string, detail: string): void {
    if (now() < (warnings.get(provider) ?? 0) + logPauseMs) return;
    warnings.set(provider, now());
    logger.warn({ provider, detail }, "push: a provider did not accept a push");
  }

  const names = providers.map(({ name }) => name);
  let isWarned = false;

  /** Once, when there would be somebody to tell (docs/push.md). */
  function warnOfNobody(): Promise<[]> {
    if (!isWarned)
      logger.warn("push.enable is empty: offline users get no pushes");
    isWarned = true;
    return Promise.resolve([]);
  }

  const read = createPacedLine(readsAtOnce);
  const followUp = isOn
    ? createPushFollowUp({
        followUps: deps.followUps,
        offline: () => offline,
        readMessage: deps.readMessage,
        membersOf: deps.membersOf,
        sendWithin: settings.sendWithin,
        failed: (error) => logger.error({ err: error }, "push: failed"),
        sleep: (ms) => Bun.sleep(ms),
        now,
      })
    : undefined;
  const offline = createOfflinePush({
    sessions,
    ask: hooks.offline,
    carry:
      names.length === 0
        ? warnOfNobody
        : createCarry({
            providers,
            tokens: {
              list: (userIDs) => read(() => tokens.list(userIDs)),
              forget: tokens.forget,
            },
            badges: {
              list: (userIDs) => read(() => badges.list(userIDs)),
              raise: badges.raise,
            },
            sessions,
            sent: metrics.pushed,
            failed(provider, detail) {
              metrics.pushFailed();
              warn(provider, detail);
            },
          }),
    listMuting: (conversationID) => read(() => deps.listMuting(conversationID)),
    hasMuted: deps.hasMuted,
    unsent: {
      add(record) {
        if (isKept) unsent.add(record);
      },
    },
    missed: metrics.pushMissed,
    failed: (error) => logger.error({ err: error }, "push: failed"),
    done: (push) => followUp?.done(push),
    tryLater: (push, later) => followUp?.tryLater(push, later) ?? false,
    sleep: (ms) => Bun.sleep(ms),
    now,
  });

  return {
    name: "push",
    noteOffline: followUp?.note,
    heldBack: (push) => followUp?.done(push),
    considerOffline(push) {
      if (isOn || !isWarned) offline.consider(push);
    },
    routes: pushRoutes({
      tokens,
      badges,
      webPushKey: names.includes("webpush") ? settings.webPush.publicKey : "",
      explain: createExplain({
        providers,
        tokens,
        unsent,
        listReached: offline.listReached,
        hasMuted: deps.hasMuted,
      }),
    }),
    forgetToken: tokens.delete,
    jobs: [
      {
        name: "old push reasons",
        run: (signal) =>
          unsent.removeBefore(now() - settings.reasonDays * dayMs, signal),
      },
    ],
    waiting: offline.waiting,
    async close() {
      await offline.close(graceMs);
      await unsent.close();
      for (const provider of providers)
        if ("close" in provider) provider.close?.();
    },
  };
}
