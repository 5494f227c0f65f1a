import { RegisterUserInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";

import {
  accountWay,
  emailWay,
  phoneWay,
  requireAccountName,
  withPlus,
} from "./login-ways.ts";
import type { Way } from "./login-ways.ts";

/** The IM server accepts userIDs of this form. */
const userIDForm = /^[\p{L}\p{Nd}_]+$/u;

/**
 * Somebody as they will be stored: with a "+" before the area code, and no
 * spaces around the account. Throws 1001 for what nobody may register with.
 */
export function readNewcomer(sent: RegisterUserInfo | null): RegisterUserInfo {
  if (!sent) throw errors.args("user is missing");
  const { userID, nickname } = sent;
  const email = sent.email.trim();
  const phoneNumber = sent.phoneNumber.trim();
  RegisterUserInfo.requireLimits(sent);
  if (nickname === "") throw errors.args("nickname is missing");
  if (userID !== "" && !userIDForm.test(userID))
    throw errors.args("userID is not made of letters, digits and underscores");
  const account = sent.account.trim();
  if (account !== "") requireAccountName(account);
  if (email !== "") emailWay(email);
  const areaCode = withPlus(sent.areaCode);
  // Clients send the area code of their form beside an e-mail address.
  const hasPhone = email === "" || phoneNumber !== "";
  if (hasPhone) phoneWay(areaCode, phoneNumber);
  return {
    ...sent,
    account,
    email,
    phoneNumber,
    areaCode: hasPhone ? areaCode : "",
  };
}

/** Returns the credentials that a new user asks for. */
export const waysOf = (user: RegisterUserInfo): Way[] => [
  ...(user.phoneNumber === ""
    ? []
    : [phoneWay(user.areaCode, user.phoneNumber)]),
  ...(user.email === "" ? [] : [emailWay(user.email)]),
  ...(user.account === "" ? [] : [accountWay(user.account)]),
];
