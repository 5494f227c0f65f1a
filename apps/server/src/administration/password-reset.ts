import { errors } from "@parley/protocol/errors";

import type { Accounts } from "../accounts/accounts.ts";
import type { Passwords } from "../accounts/passwords.ts";
import type { AccountTokens } from "../accounts/tokens.ts";
import type { Transact } from "../storage/writer.ts";

export interface PasswordResetDeps {
  transact: Transact;
  passwords: Passwords;
  accounts: Pick<Accounts, "setPassword">;
  tokens: Pick<AccountTokens, "revoke">;
  forceLogout(operationID: string, userID: string): Promise<void>;
  /** Called if a follow-up fails after the change was committed. */
  failed(error: unknown): void;
}

/**
 * Gives a user another password and ends all their sessions. Throws 1004 for
 * one who has no account.
 */
export type ResetPassword = (
  operationID: string,
  reset: { userID: string; newPassword: string; currentPassword: string },
) => Promise<void>;

export const createPasswordReset =
  ({
    transact,
    passwords,
    accounts,
    tokens,
    forceLogout,
    failed,
  }: PasswordResetDeps): ResetPassword =>
  async (operationID, { userID, newPassword, currentPassword }) => {
    if (userID === "") throw errors.args("userID is empty");
    if (newPassword === "") throw errors.args("newPassword is empty");
    if (newPassword === currentPassword)
      throw errors.args("newPassword is the current one");
    const stored = await passwords.hash(newPassword);
    await transact(async (tx) => {
      if (!(await accounts.setPassword(tx, userID, stored)))
        throw errors.notFound(`${userID} has no account`);
      await tokens.revoke(tx, userID);
    });
    await forceLogout(operationID, userID).catch((error: unknown) =>
      failed(error),
    );
  };
