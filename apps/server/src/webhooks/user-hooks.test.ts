import { expect, test } from "bun:test";

import type { Profile } from "../users/hooks.ts";
import { createUserHooks } from "./user-hooks.ts";
import { testWebhooks } from "../../testing/webhooks/webhooks.ts";

// docs/wire/deviations.md#webhooks: OpenIM crashes on it.
test("an answer sets what the update of a profile did not name", async () => {
  const { webhooks, heard, answers } = testWebhooks({
    beforeUpdateUserInfoEx: {},
  });
  answers.beforeUpdateUserInfoEx = { nickName: "Ann", faceURL: "", ex: "e" };
  const hooks = createUserHooks(webhooks);
  const wanted: Profile = { ex: "x" };
  const change = await hooks.beforeUpdateEx?.("op", "ann", wanted);
  expect(heard.map(({ body }) => body)).toMatchObject([
    { userID: "ann", nickName: null, faceURL: null, ex: null },
  ]);
  expect(change).toEqual({ nickname: "Ann", faceURL: "", ex: "e" });
});

test("an empty text in an answer to update_user_info leaves it as it is", async () => {
  const { webhooks, answers } = testWebhooks({ beforeUpdateUserInfo: {} });
  answers.beforeUpdateUserInfo = { nickName: "", faceURL: "new", ex: null };
  const hooks = createUserHooks(webhooks);
  const wanted: Profile = { ex: "x" };
  expect(await hooks.beforeUpdate?.("op", "ann", wanted)).toEqual({
    faceURL: "new",
    ex: "x",
  });
});
