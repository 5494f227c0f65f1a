import type { AfterName, WebhookEntries } from "../config/webhook-names.ts";
import { webhookCommands } from "../config/webhook-names.ts";
import { GiveUp, ReceiverAway } from "../follow-ups/outcome.ts";
import type { FollowUps, Of } from "../follow-ups/follow-ups.ts";
import type { Transaction } from "../storage/writer.ts";
import { NoAnswer } from "./answer.ts";
import { TimedOut, Unreadable } from "./client.ts";
import type { Post } from "./client.ts";
import { timeoutOf } from "./timeout.ts";

/** An event as it is written with the change that it tells of. */
export interface AfterEvent {
  name: AfterName;
  operationID: string;
  /** Query string with its question mark, or "". */
  query: string;
  /** JSON, with its newline. */
  body: string;
}

/** Events that nobody waits for: written with the change, told until they are heard. */
export interface AfterHooks {
  add(tx: Transaction, event: AfterEvent, of?: Of): void;
  waiting(): number;
}

export interface AfterHooksDeps {
  followUps: Pick<FollowUps, "define">;
  entries: WebhookEntries;
  post: Post;
  /** Seconds until an event is given up. */
  tellWithin: number;
  told(): void;
  dropped(): void;
  away(error: Error): void;
}

/** Two hundred bytes to some megabytes each. */
const limits = { rows: 100_000, size: 256 << 20 };
/** Pauses between retries of an event after a timeout, in ms. */
const pausesMs = [1_000, 5_000, 15_000, 60_000, 300_000];

export function createAfterHooks(deps: AfterHooksDeps): AfterHooks {
  const { entries, post } = deps;

  const kind = deps.followUps.define<AfterEvent>("webhook", {
    workers: 8,
    maxAgeMs: deps.tellWithin * 1_000,
    pausesMs,
    limits,
    async run({ name, ...event }, { id }) {
      const command = webhookCommands[name];
      const entry = entries[name];
      if (!entry?.enable) throw new GiveUp("off", `${name} is not enabled`);
      const timeoutMs = timeoutOf(entry.timeout);
      try {
        await post({ ...event, command, timeoutMs, eventID: id });
      } catch (error) {
        if (!(error instanceof NoAnswer) || error instanceof TimedOut)
          throw error;
        const options = { cause: error };
        // It was there and had the event, whatever it made of it.
        if (error instanceof Unreadable)
          throw new GiveUp("unreadable", error.message, options);
        throw new ReceiverAway(error.message, options);
      }
      deps.told();
    },
    dropped: deps.dropped,
    away: deps.away,
  });
  return {
    add: (tx, event, of) => void kind.add(tx, event, of),
    waiting: kind.waiting,
  };
}
