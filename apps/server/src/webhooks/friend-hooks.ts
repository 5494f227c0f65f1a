import { HandleResult } from "@parley/protocol/content-types";

import type { Agreement, FriendHooks } from "../friends/hooks.ts";
import { defineAnswer } from "./answer.ts";
import type { Webhooks } from "./webhooks.ts";

const remarkAnswer = defineAnswer<{ remark: string }>("FriendRemark", {
  remark: "string",
});

const importAnswer = defineAnswer<{ friendUserIDs: string[] }>(
  "ImportFriends",
  { friendUserIDs: "string[]" },
);

/** docs/webhooks.md. */
export function createFriendHooks(webhooks: Webhooks): FriendHooks {
  const beforeApply = webhooks.before("beforeAddFriend");
  const afterApply = webhooks.after("afterAddFriend");
  const beforeAgree = webhooks.before("beforeAddFriendAgree");
  const afterAgree = webhooks.after("afterAddFriendAgree");
  const afterDelete = webhooks.after("afterDeleteFriend");
  const beforeRemark = webhooks.before("beforeSetFriendRemark", remarkAnswer);
  const afterRemark = webhooks.after("afterSetFriendRemark");
  const beforeImport = webhooks.before("beforeImportFriends", importAnswer);
  const afterImport = webhooks.after("afterImportFriends");
  const beforeBlock = webhooks.before("beforeAddBlack");
  const afterUnblock = webhooks.after("afterRemoveBlack");
  return {
    beforeApply:
      beforeApply &&
      (async (operationID, { fromUserID, toUserID, reqMsg, ex }) => {
        await beforeApply(operationID, { fromUserID, toUserID, reqMsg, ex });
      }),
    afterApply:
      afterApply &&
      ((tx, operationID, { fromUserID, toUserID, reqMsg }) =>
        afterApply(
          tx,
          operationID,
          { fromUserID, toUserID, reqMsg },
          { lane: fromUserID },
        )),
    beforeAgree:
      beforeAgree &&
      (async (operationID, answer) => {
        await beforeAgree(operationID, toAgreement(answer));
      }),
    afterAgree:
      afterAgree &&
      ((tx, operationID, answer) =>
        afterAgree(tx, operationID, toAgreement(answer), {
          lane: answer.fromUserID,
        })),
    afterDelete:
      afterDelete &&
      ((tx, operationID, ownerUserID, friendUserID) =>
        afterDelete(
          tx,
          operationID,
          { ownerUserID, friendUserID },
          { lane: ownerUserID },
        )),
    beforeRemark:
      beforeRemark &&
      (async (operationID, { ownerUserID, friendUserID, remark }) => {
        const asked = { ownerUserID, friendUserID, remark };
        const answer = await beforeRemark(operationID, asked);
        return answer.remark || remark;
      }),
    afterRemark:
      afterRemark &&
      ((tx, operationID, remark) =>
        afterRemark(tx, operationID, remark, { lane: remark.ownerUserID })),
    beforeImport:
      beforeImport &&
      (async (operationID, ownerUserID, friendUserIDs) => {
        const asked = { ownerUserID, friendUserIDs };
        const answer = await beforeImport(operationID, asked);
        const { friendUserIDs: others } = answer;
        return others.length > 0 ? others : friendUserIDs;
      }),
    afterImport:
      afterImport &&
      ((tx, operationID, ownerUserID, friendUserIDs) =>
        afterImport(
          tx,
          operationID,
          { ownerUserID, friendUserIDs },
          { lane: ownerUserID },
        )),
    beforeBlock:
      beforeBlock &&
      (async (operationID, { ownerUserID, blackUserID }) => {
        await beforeBlock(operationID, { ownerUserID, blackUserID });
      }),
    afterUnblock:
      afterUnblock &&
      ((tx, operationID, black) =>
        afterUnblock(tx, operationID, black, { lane: black.ownerUserID })),
  };
}

/** The names on the wire are OpenIM's. */
const toAgreement = ({ fromUserID, toUserID, handleMsg }: Agreement) => ({
  fromUserID,
  blackUserID: toUserID,
  HandleResult: HandleResult.agreed,
  HandleMsg: handleMsg,
});
