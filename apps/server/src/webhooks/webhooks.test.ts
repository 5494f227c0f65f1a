import { describe, expect, test } from "bun:test";

import { errors, ProtocolError } from "@parley/protocol/errors";

import { defineAnswer, NoAnswer } from "./answer.ts";
import { testWebhooks } from "../../testing/webhooks/webhooks.ts";

const named = defineAnswer<{ nickName: string | null }>("TestNamed", {
  nickName: "string?",
});

const away = () => Promise.reject(new NoAnswer(errors.network("away")));

/** The code with which asking ends; 0: allowed. */
async function codeOf(asked: Promise<unknown> | undefined): Promise<number> {
  try {
    await asked;
    return 0;
  } catch (error) {
    return error instanceof ProtocolError ? error.code : -1;
  }
}

describe("a before hook", () => {
  test.each([
    ["null", 0],
    ["{}", 0],
    ['{"actionCode":1,"nextCode":1,"errCode":5001}', 0],
    ['{"nextCode":2,"errCode":5001}', 0],
    ['{"nextCode":1,"errCode":5001}', 5001],
    ['{"NEXTCODE":1,"errcode":50}', 50],
    ["", 90007],
    ["[]", 90007],
    ["oops", 90007],
    ['{"errCode":"5001"}', 90007],
  ])("answered %j ends with %d", async (answer, code) => {
    const { webhooks, answers } = testWebhooks({ beforeAddBlack: {} });
    answers.beforeAddBlack = answer;
    const ask = webhooks.before("beforeAddBlack");
    expect(await codeOf(ask?.("op", {}))).toBe(code);
  });

  // docs/wire/deviations.md#webhooks: OpenIM answers success, though nothing was done.
  test("refused with errCode 0 is answered 500", async () => {
    const { webhooks, answers } = testWebhooks({ beforeAddBlack: {} });
    answers.beforeAddBlack = { nextCode: 1, errCode: 0, errMsg: "zero" };
    const ask = webhooks.before("beforeAddBlack");
    expect(await codeOf(ask?.("op", {}))).toBe(500);
  });

  test("keeps the words of a refusal", async () => {
    const { webhooks, answers } = testWebhooks({ beforeAddBlack: {} });
    const errMsg = "refused";
    answers.beforeAddBlack = { nextCode: 1, errCode: 5001, errMsg };
    const error: unknown = await webhooks
      .before("beforeAddBlack")?.("op", {})
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 5001, errMsg, detail: "" });
  });

  // docs/wire/deviations.md#webhooks: OpenIM reads failedContinue and never uses it.
  test.each([
    ["nobody there", away, 90004],
    ["no JSON", "oops", 90007],
  ])("with failedContinue, %s is consent", async (_what, answer, code) => {
    for (const failedContinue of [true, false]) {
      const { webhooks, answers } = testWebhooks({
        beforeAddFriend: { failedContinue },
      });
      answers.beforeAddFriend = answer;
      const ask = webhooks.before("beforeAddFriend");
      expect(await codeOf(ask?.("op", {}))).toBe(failedContinue ? 0 : code);
    }
  });

  test("with failedContinue, a refusal still refuses", async () => {
    const { webhooks, answers } = testWebhooks({
      beforeAddFriend: { failedContinue: true },
    });
    answers.beforeAddFriend = { nextCode: 1, errCode: 5001 };
    const ask = webhooks.before("beforeAddFriend");
    expect(await codeOf(ask?.("op", {}))).toBe(5001);
  });

  test("reads members in any case, and absent ones as null", async () => {
    const { webhooks, answers } = testWebhooks({ beforeUpdateUserInfo: {} });
    const ask = webhooks.before("beforeUpdateUserInfo", named);
    answers.beforeUpdateUserInfo = { NICKNAME: "Ann", more: [1] };
    expect(await ask?.("op", {})).toMatchObject({ nickName: "Ann" });
    answers.beforeUpdateUserInfo = null;
    expect(await ask?.("op", {})).toMatchObject({ nickName: null });
  });
});

test("a hook that is off is not there", () => {
  const { webhooks } = testWebhooks({ afterQuitGroup: { enable: false } });
  expect(webhooks.before("beforeAddBlack")).toBeUndefined();
  expect(webhooks.after("afterQuitGroup")).toBeUndefined();
});
