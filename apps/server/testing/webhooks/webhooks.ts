import { webhookCommands } from "../../src/config/webhook-names.ts";
import type {
  WebhookEntries,
  WebhookEntry,
  WebhookName,
} from "../../src/config/webhook-names.ts";
import type { Transaction } from "../../src/storage/writer.ts";
import type { WebhookCall } from "../../src/webhooks/client.ts";
import { createWebhooks } from "../../src/webhooks/webhooks.ts";
import type { Webhooks } from "../../src/webhooks/webhooks.ts";

/** A stand-in for the transaction that some hooks take. */
export const noTransaction = {} as Transaction;

export interface TestWebhooks {
  webhooks: Webhooks;
  /** Bodies that the receiver was sent, by command, in order. */
  heard: { name: string; body: Record<string, unknown> }[];
  /** The answer of each hook; others answer `null`. */
  answers: Partial<Record<WebhookName, unknown>>;
}

/** Webhooks with a receiver in memory; a function as an answer is called. */
export function testWebhooks(
  hooks: Partial<Record<WebhookName, WebhookEntry>>,
): TestWebhooks {
  const heard: TestWebhooks["heard"] = [];
  const answers: TestWebhooks["answers"] = {};
  const names = new Map<string, WebhookName>(
    Object.entries(webhookCommands).map(([name, command]) => [
      command,
      name as WebhookName,
    ]),
  );
  const hear = ({ command, body }: WebhookCall) => {
    const name = names.get(command);
    if (!name) throw new Error(`no hook is told as ${command}`);
    heard.push({ name, body: JSON.parse(body) as Record<string, unknown> });
    return answers[name];
  };
  const entries: WebhookEntries = Object.fromEntries(
    Object.entries(hooks).map(([name, entry]) => [
      name,
      { enable: true, failedContinue: false, ...entry },
    ]),
  );
  const webhooks = createWebhooks({
    entries,
    async post(event) {
      const answer = hear(event);
      if (typeof answer === "function")
        return String(await (answer as () => unknown)());
      return typeof answer === "string"
        ? answer
        : JSON.stringify(answer ?? null);
    },
    events: {
      add: (_tx, { name, ...event }) =>
        void hear({ ...event, command: webhookCommands[name], timeoutMs: 0 }),
    },
    unanswered: () => undefined,
  });
  return { webhooks, heard, answers };
}
