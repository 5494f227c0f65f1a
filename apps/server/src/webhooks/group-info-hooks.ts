import { groupChatID } from "@parley/protocol/conversation-ids";

import type { GroupHooks, InfoHooks } from "../groups/hooks.ts";
import type { InfoChange } from "../groups/hooks.ts";
import { defineAnswer, membersGiven } from "./answer.ts";
import type { Webhooks } from "./webhooks.ts";

interface Info {
  groupName: string | null;
  introduction: string | null;
  faceURL: string | null;
  ex: string | null;
  needVerification: number | null;
  lookMemberInfo: number | null;
  applyMemberFriend: number | null;
}

/** groupID and notification of an answer are not looked at. */
const infoAnswer = defineAnswer<Info>("SetGroupInfo", {
  groupName: "string?",
  introduction: "string?",
  faceURL: "string?",
  ex: "string?",
  needVerification: "int32?",
  lookMemberInfo: "int32?",
  applyMemberFriend: "int32?",
});

const settings = [
  "ex",
  "needVerification",
  "lookMemberInfo",
  "applyMemberFriend",
] as const;
const texts = ["groupName", "introduction", "faceURL"] as const;

/**
 * The two ways to change a group. OpenIM takes what an answer leaves out as
 * empty, which fails the call; here it stays as it is (docs/wire/deviations.md#webhooks).
 */
export const createGroupInfoHooks = (
  webhooks: Webhooks,
): Pick<GroupHooks, "info" | "infoEx"> => ({
  info: infoHooks(webhooks),
  infoEx: infoExHooks(webhooks),
});

function infoHooks(webhooks: Webhooks): InfoHooks {
  const before = webhooks.before("beforeSetGroupInfo", infoAnswer);
  const after = webhooks.after("afterSetGroupInfo");
  return {
    before:
      before &&
      (async (operationID, groupID, change) => {
        const unset = {
          ex: "",
          needVerification: 0,
          lookMemberInfo: 0,
          applyMemberFriend: 0,
        };
        const asked = { ...toTexts(groupID, change), ...unset };
        const answer = await before(operationID, {
          ...asked,
          ...membersGiven(change, settings),
        });
        const other: InfoChange = membersGiven(answer, settings);
        // "" is unchanged on this route.
        for (const name of texts) if (answer[name]) other[name] = answer[name];
        return { ...change, ...other };
      }),
    after:
      after &&
      ((tx, operationID, groupID, change) =>
        after(
          tx,
          operationID,
          { ...toTexts(groupID, change), ...toSettings(change) },
          { lane: groupChatID(groupID) },
        )),
  };
}

function infoExHooks(webhooks: Webhooks): InfoHooks {
  const before = webhooks.before("beforeSetGroupInfoEx", infoAnswer);
  const after = webhooks.after("afterSetGroupInfoEx");
  const toBody = (groupID: string, change: InfoChange) => ({
    operationID: "",
    groupID,
    groupName: change.groupName ?? null,
    notification: change.notification ?? null,
    introduction: change.introduction ?? null,
    faceURL: change.faceURL ?? null,
    ...toSettings(change),
  });
  return {
    before:
      before &&
      (async (operationID, groupID, change) => {
        const answer = await before(operationID, toBody(groupID, change));
        const other = membersGiven(answer, [...texts, ...settings]);
        // A blank name counts as none.
        if (!other.groupName?.trim()) delete other.groupName;
        return { ...change, ...other };
      }),
    after:
      after &&
      ((tx, operationID, groupID, change) =>
        after(tx, operationID, toBody(groupID, change), {
          lane: groupChatID(groupID),
        })),
  };
}

/** COMPAT: the operationID is there, and empty. */
const toTexts = (groupID: string, change: InfoChange) => ({
  operationID: "",
  groupID,
  groupName: change.groupName ?? "",
  notification: change.notification ?? "",
  introduction: change.introduction ?? "",
  faceURL: change.faceURL ?? "",
});

const toSettings = (change: InfoChange) => ({
  ex: change.ex ?? null,
  needVerification: change.needVerification ?? null,
  lookMemberInfo: change.lookMemberInfo ?? null,
  applyMemberFriend: change.applyMemberFriend ?? null,
});
