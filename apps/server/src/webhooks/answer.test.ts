import { describe, expect, test } from "bun:test";

import {
  contain,
  fieldPaths,
  lastOf,
  pathText,
  valueAt,
} from "@parley/protocol/field-paths";
import type { FieldPath } from "@parley/protocol/field-paths";
import { ProtocolError } from "@parley/protocol/errors";

import type { BeforeName } from "../config/webhook-names.ts";
import { plainAnswer } from "./answer.ts";
import type { AnswerType } from "./answer.ts";
import { createRowHooks } from "./conversation-hooks.ts";
import { createFriendHooks } from "./friend-hooks.ts";
import { createGroupHooks } from "./group-hooks.ts";
import { createMessageHooks } from "./message-hooks.ts";
import { createPushHooks } from "./push-hooks.ts";
import { testWebhooks } from "../../testing/webhooks/webhooks.ts";
import { createUserHooks } from "./user-hooks.ts";
import type { Webhooks } from "./webhooks.ts";

/** Every hook that waits for an answer, with what it reads of it. */
function listAnswers(): Map<BeforeName, AnswerType<object>> {
  const found = new Map<BeforeName, AnswerType<object>>();
  const webhooks = {
    ...testWebhooks({}).webhooks,
    before(name: BeforeName, type: AnswerType<object> = plainAnswer) {
      found.set(name, type);
      return undefined;
    },
  } as Webhooks;
  createUserHooks(webhooks);
  createFriendHooks(webhooks);
  createGroupHooks(webhooks);
  createMessageHooks(webhooks, () => 0);
  createPushHooks(webhooks, () => undefined);
  createRowHooks(webhooks, () => undefined);
  return found;
}

/** The code with which asking ends when this is the answer; 0: allowed. */
async function codeOf(
  name: BeforeName,
  type: AnswerType<object>,
  answer: unknown,
): Promise<number> {
  const { webhooks, answers } = testWebhooks({ [name]: {} });
  answers[name] = answer;
  try {
    await webhooks.before(name, type)?.("op", {});
    return 0;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

const found = listAnswers();

test("every hook that waits is looked at", () => {
  expect(found.size).toBeGreaterThanOrEqual(20);
});

describe.each([...found])("the answer to %s", (name, type) => {
  const paths = [...fieldPaths(type.descriptor)];
  const textsOf = (path: FieldPath) => lastOf(path).kind === "string";

  test.each(
    paths.filter(textsOf).map((path) => [pathText(path), path] as const),
  )("is 90007 with U+0000 in %s, and is read without", async (_text, path) => {
    const answer = (text: string) => valueAt(path, contain(lastOf(path), text));
    expect(await codeOf(name, type, answer("a\0b"))).toBe(90007);
    // Not among what keeps a name in a map, either.
    if (lastOf(path).shape === "map")
      expect(await codeOf(name, type, valueAt(path, { "a\0b": "c" }))).toBe(
        90007,
      );
    expect(await codeOf(name, type, answer("ab"))).toBe(0);
  });

  const lists = paths.filter((path) => lastOf(path).shape === "list");
  if (lists.length > 0)
    test.each(lists.map((path) => [pathText(path), path] as const))(
      "is 90007 with too many items in %s",
      async (_text, path) => {
        const { kind, maxItems } = lastOf(path);
        const items = (count: number) =>
          Array<unknown>(count).fill(kind === "message" ? {} : "x");
        const ask = (count: number) =>
          codeOf(name, type, valueAt(path, items(count)));
        expect(await ask(maxItems + 1)).toBe(90007);
        expect(await ask(maxItems)).toBe(0);
      },
    );

  test("is 90007 with a number that is no number of its field", async () => {
    for (const path of paths) {
      const { kind } = lastOf(path);
      if (kind !== "int32" && kind !== "int64") continue;
      const power = kind === "int32" ? 31n : 63n;
      for (const beyond of [2n ** power, -(2n ** power) - 1n]) {
        const text = JSON.stringify(valueAt(path, 7)).replace(
          "7",
          String(beyond),
        );
        expect(await codeOf(name, type, text)).toBe(90007);
      }
    }
  });
});
