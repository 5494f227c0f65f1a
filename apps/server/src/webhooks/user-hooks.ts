import type { UserInfo } from "@parley/protocol/generated/sdkws";

import type { Profile, UserHooks } from "../users/hooks.ts";
import { defineAnswer } from "./answer.ts";
import type { Webhooks } from "./webhooks.ts";

const registerAnswer = defineAnswer<{ users: UserInfo[] }>("UserRegister", {
  users: "openim.sdkws.UserInfo[]",
});

interface Names {
  nickName: string | null;
  faceURL: string | null;
  ex: string | null;
}

const profileAnswer = defineAnswer<Names>("UserProfile", {
  nickName: "string?",
  faceURL: "string?",
  ex: "string?",
});

/** docs/webhooks.md. */
export function createUserHooks(webhooks: Webhooks): UserHooks {
  const beforeRegister = webhooks.before("beforeUserRegister", registerAnswer);
  const afterRegister = webhooks.after("afterUserRegister");
  const beforeUpdate = webhooks.before("beforeUpdateUserInfo", profileAnswer);
  const afterUpdate = webhooks.after("afterUpdateUserInfo");
  const beforeEx = webhooks.before("beforeUpdateUserInfoEx", profileAnswer);
  const afterEx = webhooks.after("afterUpdateUserInfoEx");
  return {
    beforeRegister:
      beforeRegister &&
      (async (operationID, users) => {
        const answer = await beforeRegister(operationID, {
          users: users.map(toUser),
        });
        return answer.users.length > 0 ? answer.users : users;
      }),
    afterRegister:
      afterRegister &&
      ((tx, operationID, users) =>
        afterRegister(
          tx,
          operationID,
          { users: users.map(toUser) },
          { lane: users[0]?.userID ?? "" },
        )),
    beforeUpdate:
      beforeUpdate &&
      (async (operationID, userID, change) => {
        const { nickname = "", faceURL = "" } = change;
        const names = { userID, nickName: nickname, faceURL, ex: null };
        const answer = await beforeUpdate(operationID, names);
        const made = { ...change, ...toProfile(answer) };
        // "" is unchanged on this route, whoever says it.
        for (const name of ["nickname", "faceURL", "ex"] as const)
          if (made[name] === "") delete made[name];
        return made;
      }),
    afterUpdate:
      afterUpdate &&
      ((tx, operationID, userID, { nickname = "", faceURL = "" }) =>
        afterUpdate(
          tx,
          operationID,
          { userID, nickName: nickname, faceURL, ex: "" },
          { lane: userID },
        )),
    beforeUpdateEx:
      beforeEx &&
      (async (operationID, userID, change) => {
        const answer = await beforeEx(operationID, toNames(userID, change));
        return { ...change, ...toProfile(answer) };
      }),
    afterUpdateEx:
      afterEx &&
      ((tx, operationID, userID, change) =>
        afterEx(tx, operationID, toNames(userID, change), { lane: userID })),
  };
}

/** Its time is not known yet, and 0 after registering, too. */
const toUser = ({ userID, nickname, faceURL, ex, ...user }: UserInfo) => ({
  userID,
  nickname,
  faceURL,
  ex,
  createTime: 0,
  appMangerLevel: user.appMangerLevel,
  globalRecvMsgOpt: user.globalRecvMsgOpt,
});

const toNames = (userID: string, { nickname, faceURL }: Profile) => ({
  userID,
  nickName: nickname ?? null,
  faceURL: faceURL ?? null,
  ex: null,
});

const toProfile = ({ nickName, faceURL, ex }: Names): Profile => ({
  ...(nickName !== null && { nickname: nickName }),
  ...(faceURL !== null && { faceURL }),
  ...(ex !== null && { ex }),
});
