import { describe, expect, test } from "bun:test";

import {
  GroupInfo,
  GroupMemberFullInfo,
} from "@parley/protocol/generated/sdkws";

import { createGroupHooks } from "./group-hooks.ts";
import {
  noTransaction,
  testWebhooks,
} from "../../testing/webhooks/webhooks.ts";

const group = GroupInfo.create({
  groupID: "g",
  groupType: 2,
  ownerUserID: "ann",
});
const member = (userID: string) => GroupMemberFullInfo.create({ userID });

describe("hooks of groups", () => {
  // docs/wire/deviations.md#webhooks: OpenIM's groupType is a control character here.
  test("groupType is written in digits", async () => {
    const { webhooks, heard } = testWebhooks({
      beforeApplyJoinGroup: {},
      afterDismissGroup: {},
    });
    const hooks = createGroupHooks(webhooks);
    const wanted = { applicantID: "bob", reqMessage: "", ex: "" };
    await hooks.beforeApply?.("op", group, wanted);
    hooks.afterDismiss?.(noTransaction, "op", group, ["ann", "bob"]);
    expect(heard).toMatchObject([
      { body: { groupType: "2", applyID: "bob" } },
      { body: { groupType: "2", membersID: ["ann", "bob"] } },
    ]);
  });

  // docs/wire/deviations.md#webhooks: OpenIM takes what an answer leaves out as empty.
  test("what an answer to a new group info leaves out stays", async () => {
    const { webhooks, answers } = testWebhooks({
      beforeSetGroupInfo: {},
      beforeSetGroupInfoEx: {},
    });
    const hooks = createGroupHooks(webhooks);
    const change = { groupName: "tea", introduction: "i" };
    for (const info of [hooks.info, hooks.infoEx])
      expect(await info?.before?.("op", "g", change)).toEqual(change);

    answers.beforeSetGroupInfo = { groupName: "", introduction: "j" };
    answers.beforeSetGroupInfoEx = { groupName: " ", introduction: "" };
    expect(await hooks.info?.before?.("op", "g", change)).toEqual({
      groupName: "tea",
      introduction: "j",
    });
    expect(await hooks.infoEx?.before?.("op", "g", change)).toEqual({
      groupName: "tea",
      introduction: "",
    });
  });

  // OpenIM crashes on it.
  test("an answer about nobody changes no member", async () => {
    const { webhooks, answers } = testWebhooks({ beforeMemberJoinGroup: {} });
    const hooks = createGroupHooks(webhooks);
    answers.beforeMemberJoinGroup = {
      memberCallbackList: [
        { nickname: "no id" },
        { userID: "cid", nickname: "not asked for" },
        { userID: "bob", nickname: "Bob", roleLevel: 60 },
      ],
    };
    const members = [member("ann"), member("bob")];
    const entering = await hooks.beforeEnter?.("op", group, members);
    expect(entering).toEqual([
      member("ann"),
      { ...member("bob"), nickname: "Bob", roleLevel: 60 },
    ]);
  });
});
