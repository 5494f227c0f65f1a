import { createHash } from "node:crypto";

/** What clients send of a password (docs/wire/accounts.md#credentials). */
export const toSent = (password: string): string =>
  createHash("md5").update(password).digest("hex");

/** The first password of OpenIM's administrators is their account's name. */
export const knownPasswordOf = (account: string): string => toSent(account);

/** Whether everybody who read OpenIM's documentation knows it. */
export const isKnownPassword = (account: string, sent: string): boolean =>
  sent.toLowerCase() === knownPasswordOf(account) || sent === account;
