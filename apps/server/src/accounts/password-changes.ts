import type {
  AccountPasswordChangeReq,
  AccountPasswordResetReq,
} from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import { requireSelf } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Codes } from "./codes.ts";
import type { Guesses } from "./guesses.ts";
import { emailWay, phoneWay } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import type { Passwords } from "./passwords.ts";
import { findAccount, findCredential, updatePassword } from "./store.ts";
import type { AccountTokens } from "./tokens.ts";

export interface PasswordChanges {
  /**
   * Resets a password by a verification code, without a session. Sessions of
   * the account stay.
   */
  reset(request: AccountPasswordResetReq): Promise<void>;
  /**
   * Changes a password. The user proves the present one; an administrator need
   * not. Ends all sessions of the account.
   */
  change(
    call: { cause: Cause; address: string },
    request: AccountPasswordChangeReq,
  ): Promise<void>;
}

export interface PasswordChangesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  im: Pick<IMClient, "forceLogout">;
  codes: Pick<Codes, "verify" | "useIn">;
  passwords: Passwords;
  guesses: Guesses;
  tokens: Pick<AccountTokens, "revoke">;
  /** Called if a follow-up fails after the change was committed. */
  failed(error: unknown): void;
  now: () => number;
}

export function createPasswordChanges(
  deps: PasswordChangesDeps,
): PasswordChanges {
  const { db, transact, codes, passwords, guesses, now } = deps;

  return {
    async reset(request) {
      const { password, verifyCode } = request;
      if (password === "") throw errors.args("password is missing");
      if (verifyCode === "") throw errors.args("verifyCode is missing");
      const way = wayOf(request);
      // The code comes first: without it nobody learns who has an account.
      await codes.verify([way], verifyCode);
      const credential = await findCredential(db, way);
      if (!credential)
        throw errors.notFound(
          "no account has this name, phone or e-mail address",
        );
      const stored = await passwords.hash(password);
      await transact(async (tx) => {
        await codes.useIn(tx, [way], verifyCode);
        // It may have become somebody else's, or nobody's.
        const still = await findCredential(tx.db, way);
        if (still?.userID !== credential.userID)
          throw errors.notFound(
            "the account no longer has this phone or e-mail address",
          );
        await updatePassword(tx, still.userID, stored, now());
      });
    },

    async change({ cause: { actor, operationID }, address }, request) {
      const { userID, currentPassword, newPassword } = request;
      if (userID === "") throw errors.args("userID is missing");
      if (newPassword === "") throw errors.args("newPassword is missing");
      if (newPassword === currentPassword)
        throw errors.args("newPassword is the current one");
      requireSelf(actor, userID);
      const account = await findAccount(db, userID);
      if (!account) throw errors.notFound(`there is no user ${userID}`);
      if (!actor.isAdmin) {
        const isRight = await guesses.guess(userID, { address }, () =>
          passwords.verify(currentPassword, account.password),
        );
        if (!isRight)
          throw errors.noPermission("the current password is wrong");
      }
      const stored = await passwords.hash(newPassword);
      await transact(async (tx) => {
        const still = await findAccount(tx.db, userID);
        if (!still) throw errors.notFound(`there is no user ${userID}`);
        // It may have been reset while the old one was verified.
        if (!actor.isAdmin && still.password !== account.password)
          throw errors.noPermission("the password was just changed");
        await updatePassword(tx, userID, stored, now());
        await deps.tokens.revoke(tx, userID);
      });
      await deps.im
        .forceLogout(operationID, userID)
        .catch((error: unknown) => deps.failed(error));
    },
  };
}

/**
 * Takes the credential as sent, so an area code needs its "+"
 * (docs/wire/accounts.md#credentials).
 */
function wayOf(request: AccountPasswordResetReq): Way {
  const { email, areaCode, phoneNumber } = request;
  if (email === "") return phoneWay(areaCode, phoneNumber);
  if ((areaCode === "") !== (phoneNumber === ""))
    throw errors.args("areaCode and phoneNumber go together");
  return emailWay(email);
}
