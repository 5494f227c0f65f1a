import { errors } from "@parley/protocol/errors";
import { goStringify } from "@parley/protocol/go-json";

import { webhookCommands } from "../config/webhook-names.ts";
import type {
  AfterName,
  BeforeName,
  WebhookEntries,
  WebhookName,
} from "../config/webhook-names.ts";
import type { Of } from "../follow-ups/follow-ups.ts";
import type { Transaction } from "../storage/writer.ts";
import type { AfterHooks } from "./after.ts";
import { NoAnswer, plainAnswer, readAnswer } from "./answer.ts";
import type { AnswerType } from "./answer.ts";
import type { Post } from "./client.ts";
import { timeoutOf } from "./timeout.ts";

/**
 * Asks the receiver for permission. Throws the refusal, 90004 or 90007; returns
 * the other members of the answer, where absent ones are null, "" or 0.
 */
export type Ask<Members = object> = (
  operationID: string,
  body: object,
) => Promise<Members>;

/**
 * Reports a change after it is durable. Costs the caller only this call: the
 * event is written with the change.
 */
export type Tell = (
  tx: Transaction,
  operationID: string,
  body: object,
  of: Told,
) => void;

/** Subject of an event. */
interface Told extends Of {
  /** Events of one conversation, group or user arrive in order. */
  lane: string;
  /** Behind the address, with its question mark. */
  query?: string;
}

/** A hook that is off is undefined, so that nothing is made for it. */
export interface Webhooks {
  before(name: BeforeName): Ask | undefined;
  before<Members>(
    name: BeforeName,
    type: AnswerType<Members>,
  ): Ask<Members> | undefined;
  after(name: AfterName): Tell | undefined;
  isOn(...names: WebhookName[]): boolean;
  /** Returns the filter of a message hook by receiver and contentType. */
  filterOf(name: WebhookName): WebhookFilter;
}

export interface WebhookFilter {
  attentionIds: ReadonlySet<string>;
  deniedTypes: ReadonlySet<number>;
}

export interface WebhooksDeps {
  entries: WebhookEntries;
  post: Post;
  events: Pick<AfterHooks, "add">;
  /** Called if a before-hook got no answer. */
  unanswered(name: BeforeName, error: NoAnswer): void;
}

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { entries, post, events } = deps;

  const render = (name: WebhookName, body: object): string =>
    `${goStringify({ ...body, callbackCommand: webhookCommands[name] })}\n`;

  function before(
    name: BeforeName,
    type: AnswerType<object> = plainAnswer,
  ): Ask | undefined {
    const entry = entries[name];
    if (!entry?.enable) return undefined;
    const mayFail = entry.failedContinue ?? goesOnByDefault(name);
    const timeoutMs = timeoutOf(entry.timeout);
    const command = webhookCommands[name];
    return async (operationID, body) => {
      try {
        const asked = {
          command,
          operationID,
          body: render(name, body),
          query: "",
          timeoutMs,
        };
        return readAnswer(type, await post(asked));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        deps.unanswered(name, error);
        if (mayFail) return type.create();
        throw error.refusal;
      }
    };
  }

  return {
    before: before,

    after(name) {
      if (!entries[name]?.enable) return undefined;
      return (tx, operationID, body, { query = "", ...of }) =>
        events.add(
          tx,
          { name, operationID, query, body: render(name, body) },
          of,
        );
    },

    isOn: (...names) => names.some((name) => entries[name]?.enable),

    filterOf: (name) => ({
      attentionIds: new Set(entries[name]?.attentionIds),
      deniedTypes: new Set(entries[name]?.deniedTypes),
    }),
  };
}

/**
 * Returns the default of failedContinue, as in OpenIM's files
 * (docs/webhooks.md).
 */
function goesOnByDefault(name: BeforeName): boolean {
  switch (name) {
    case "beforeAddBlack":
    case "beforeCreateSingleChatConversations":
    case "beforeCreateGroupChatConversations":
      return false;
    default:
      return true;
  }
}

/**
 * For hooks that hold something back behind an answer that was given: whether
 * it may be, and the reason if not.
 */
export async function allows<Members>(
  ask: Promise<Members>,
  refused: (error: unknown) => void,
): Promise<Members | undefined> {
  try {
    return await ask;
  } catch (error) {
    refused(error);
    return undefined;
  }
}

/** The error for an answer that our own checks would refuse. */
export const badAnswer = (why: string) =>
  errors.args(`a webhook's answer: ${why}`);
