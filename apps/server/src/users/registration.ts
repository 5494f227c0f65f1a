import { errors } from "@parley/protocol/errors";
import type { UserInfo } from "@parley/protocol/generated/sdkws";

/** Letters and digits of any script. */
const legalUserID = /^[\p{L}\p{Nd}_]+$/u;

/** Throws 1001 for what cannot be registered, whoever asks. */
export function checkRegistration(
  users: readonly Pick<UserInfo, "userID" | "nickname">[],
): void {
  if (users.length === 0) throw errors.args("users is empty");
  for (const { userID, nickname } of users) {
    if (!legalUserID.test(userID))
      throw errors.args(
        `userID '${userID}' is not made of letters, digits and underscores`,
      );
    if (nickname === "") throw errors.args(`${userID} has no nickname`);
  }
  requireDistinct(users.map(({ userID }) => userID));
}

export function requireDistinct(userIDs: readonly string[]): void {
  if (new Set(userIDs).size < userIDs.length)
    throw errors.args("a userID occurs twice");
}
