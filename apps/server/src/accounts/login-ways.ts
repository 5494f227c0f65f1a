import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";

import { CredentialType } from "./store.ts";

/**
 * A credential as it is stored: an account name, a phone or an e-mail address.
 */
export interface Way {
  type: number;
  /** An account name, an e-mail address, or like "+86 13800000000". */
  credential: string;
  /** The spelling in the request, if it differs from the stored one. */
  spelled?: string;
}

// OpenIM checks these patterns.
const emailForm = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$/;
const accountForm = /^[\p{L}\p{Nd}]+$/u;
const digits = /^\d+$/;
const longestEmail = 254;
const longestAccount = 128;
/** Longer than the area code of any country. */
const longestAreaCode = 8;
const largestPhone = 2n ** 64n - 1n;
const longestPhone = 20;

/** Everywhere but where a route takes it as it was sent (docs/wire/accounts.md#credentials). */
export const withPlus = (areaCode: string): string => {
  const code = areaCode.trim();
  return code === "" || code.startsWith("+") ? code : `+${code}`;
};

/**
 * One mailbox, however it is spelled. Addresses are ASCII, so both databases and
 * JavaScript agree on what is lower case.
 */
export const foldEmail = (email: string): string => email.trim().toLowerCase();

/**
 * Folds a phone to one spelling: no spaces around it, no leading zeros. It adds
 * no missing "+" (docs/wire/accounts.md#credentials).
 */
export const foldPhone = (areaCode: string, phoneNumber: string): string => {
  const [plus, code] = areaCode.trim().startsWith("+")
    ? ["+", areaCode.trim().slice(1)]
    : ["", areaCode];
  return `${plus}${withoutZeros(code)} ${withoutZeros(phoneNumber)}`;
};

const withoutZeros = (digits: string): string =>
  digits.trim().replace(/^0+(?=\d)/, "");

export const accountWay = (credential: string): Way => ({
  type: CredentialType.account,
  credential,
});

/** Throws 1001 for what is no address. */
export function emailWay(email: string): Way {
  if (email.length > longestEmail || !emailForm.test(email.trim()))
    throw errors.args("email is not an e-mail address");
  return spelledWay(CredentialType.email, foldEmail(email), email);
}

/** Throws 1001 for what is no phone; the area code stays as it is. */
export function phoneWay(areaCode: string, phoneNumber: string): Way {
  if (areaCode === "") throw errors.args("areaCode is missing");
  if (phoneNumber === "") throw errors.args("phoneNumber is missing");
  const credential = foldPhone(areaCode, phoneNumber);
  const code = withoutZeros(areaCode.trim().replace(/^\+/, ""));
  const number = withoutZeros(phoneNumber);
  if (!digits.test(code) || code.length > longestAreaCode)
    throw errors.args("areaCode is not made of digits after a +");
  if (
    !digits.test(number) ||
    number.length > longestPhone ||
    BigInt(number) > largestPhone
  )
    throw errors.args("phoneNumber is not made of up to 20 digits");
  return spelledWay(
    CredentialType.phone,
    credential,
    `${areaCode} ${phoneNumber}`,
  );
}

const spelledWay = (type: number, credential: string, spelled: string): Way =>
  credential === spelled ? { type, credential } : { type, credential, spelled };

/** Throws 1001 for what may be no account's name. */
export function requireAccountName(account: string): void {
  if (account.length > longestAccount || !accountForm.test(account))
    throw errors.args("account is not made of letters and digits");
}

/** The error that says who has this way already (docs/wire/accounts.md#credentials). */
export function takenError({ type }: Pick<Way, "type">): ProtocolError {
  // Logs name the kind of a credential, never its value.
  switch (type) {
    case CredentialType.phone:
      return errors.phoneRegistered("the phone is taken");
    case CredentialType.email:
      return errors.emailRegistered("the e-mail address is taken");
    default:
      return errors.accountRegistered("the account is taken");
  }
}
