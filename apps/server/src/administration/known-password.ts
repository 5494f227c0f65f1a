import { createHash } from "node:crypto";

/**
 * Returns the form in which clients send a password
 * (docs/wire/accounts.md#credentials).
 */
export const toSent = (password: string): string =>
  createHash("md5").update(password).digest("hex");

/** The first password of OpenIM's administrators is their account's name. */
export const knownPasswordOf = (account: string): string => toSent(account);

/** OpenIM's documentation publishes this password. */
export const isKnownPassword = (account: string, sent: string): boolean =>
  sent.toLowerCase() === knownPasswordOf(account) || sent === account;
