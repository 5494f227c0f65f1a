import type { AccountLoginReq } from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import type { IMClient } from "../im-client/im-client.ts";
import type { Schema } from "../storage/schema.ts";
import type { Admission } from "./admission.ts";
import type { Codes } from "./codes.ts";
import type { GuessedFrom, Guesses } from "./guesses.ts";
import {
  accountWay,
  emailWay,
  foldEmail,
  foldPhone,
  phoneWay,
  withPlus,
} from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import type { Passwords } from "./passwords.ts";
import {
  CredentialType,
  findAccount,
  findCredential,
  insertLoginRecord,
  listCredentials,
} from "./store.ts";
import type { Account } from "./store.ts";
import { AccountType } from "./token-claims.ts";
import type { AccountTokens } from "./tokens.ts";

export interface SignedIn {
  userID: string;
  chatToken: string;
  imToken: string;
}

export interface SignIn {
  /**
   * Signs in by a password or a code, with the checks in the order of
   * /account/login. `address` is the caller's.
   */
  signIn(
    operationID: string,
    request: AccountLoginReq,
    address: string,
  ): Promise<SignedIn>;
}

export interface SignInDeps {
  db: Kysely<Schema>;
  im: IMClient;
  admission: Pick<Admission, "requireMayLogin">;
  passwords: Passwords;
  guesses: Guesses;
  codes: Pick<Codes, "use">;
  tokens: Pick<AccountTokens, "issue" | "authenticate">;
  now: () => number;
}

export function createSignIn(deps: SignInDeps): SignIn {
  const { db, im, admission, passwords, guesses, codes, tokens, now } = deps;

  const isRightPassword = (
    account: Account | undefined,
    way: Way,
    password: string,
    from: GuessedFrom,
  ): Promise<boolean> =>
    guesses.guess(account?.user_id ?? `nobody ${way.credential}`, from, () =>
      passwords.verify(password, account?.password),
    );

  return {
    async signIn(operationID, request, address) {
      const { password, verifyCode, deviceID, platform } = request;
      const way = wayOf(request);
      const from = { address, deviceID };
      if (password === "" && verifyCode === "")
        throw errors.args("password and verifyCode are missing");
      const credential = await findCredential(db, way);
      if (!credential) {
        // Hashes for an unknown account as well, so that the time tells
        // nothing.
        if (password !== "")
          await isRightPassword(undefined, way, password, from);
        else await codes.use([], verifyCode).catch(() => undefined);
        throw errors.accountNotFound(
          "no account has this name, phone or e-mail address",
        );
      }
      const { userID } = credential;
      const account = await findAccount(db, userID);
      await admission.requireMayLogin(userID, address);
      if (password !== "") {
        if (!(await isRightPassword(account, way, password, from)))
          throw errors.wrongPassword("the password is wrong");
      } else {
        const own = await listCredentials(db, userID);
        await codes.use(provingWays(request, way, own), verifyCode);
      }
      const chatToken = await tokens.issue(
        userID,
        AccountType.user,
        async (tx) => {
          // It may have been deleted, or changed, while it was verified.
          const still = await findAccount(tx.db, userID);
          if (!still) throw errors.accountNotFound("the account is gone");
          if (password !== "" && still.password !== account?.password)
            throw errors.wrongPassword("the password was just changed");
          await insertLoginRecord(tx, {
            user_id: userID,
            login_time: now(),
            ip: address,
            device_id: deviceID,
            platform: platformName(platform) ?? "",
          });
        },
      );
      const imToken = await im.userToken(operationID, userID, platform);
      try {
        // A block or a new password in the meantime has ended all other
        // sessions, so both are checked again.
        await admission.requireMayLogin(userID, address);
        await tokens.authenticate(chatToken);
      } catch (error) {
        await im.forceLogout(operationID, userID);
        throw error;
      }
      return { userID, chatToken, imToken };
    },
  };
}

/** The account wins, then the phone. */
function wayOf(request: AccountLoginReq): Way {
  const { account, areaCode, phoneNumber, email } = request;
  if (account !== "") {
    return accountWay(account);
  }
  if (phoneNumber !== "" || email === "")
    return phoneWay(withPlus(areaCode), phoneNumber);
  return emailWay(email);
}

/**
 * Returns the credentials that a code may prove: those of the account, never a
 * phone or address that only the request names, as OpenIM allows
 * (docs/wire/deviations.md#accounts).
 */
function provingWays(
  { email, areaCode, phoneNumber }: AccountLoginReq,
  way: Way,
  own: readonly Way[],
): Way[] {
  const named = [
    foldEmail(email),
    foldPhone(withPlus(areaCode), phoneNumber),
    way.credential,
  ].flatMap((text) => own.find(({ credential }) => credential === text) ?? []);
  const proving = named.find(({ type }) => type !== CredentialType.account);
  return proving
    ? [proving]
    : own.filter(({ type }) => type !== CredentialType.account);
}
