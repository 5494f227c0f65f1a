import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { AccountsSettings } from "../config/accounts-settings.ts";
import type { WebPage } from "../http/server.ts";
import type { Route } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import type { Logger } from "../watching/logger.ts";
import { createAccounts } from "./accounts.ts";
import type { Accounts } from "./accounts.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Admission } from "./admission.ts";
import { createCalls } from "./calls.ts";
import { createCodeChannels } from "./code-channels.ts";
import { createCodeRequests } from "./code-requests.ts";
import { createCodes } from "./codes.ts";
import { friendRequestPages } from "./friend-request-pages.ts";
import { createFriendRequests } from "./friend-requests.ts";
import { createGuesses } from "./guesses.ts";
import type { Guesses } from "./guesses.ts";
import { createPasswordChanges } from "./password-changes.ts";
import { createPasswords } from "./passwords.ts";
import type { Passwords } from "./passwords.ts";
import { createProfileChanges } from "./profile-changes.ts";
import { profileRoutes } from "./profile-routes.ts";
import { createRegistration } from "./registration.ts";
import type { Registration } from "./registration.ts";
import { signUpRoutes } from "./routes.ts";
import type { SignUpRoutesDeps } from "./routes.ts";
import { createAccountSearch } from "./search.ts";
import { createSignInPlaces } from "./sign-in-places.ts";
import { createSignIn } from "./sign-in.ts";
import { createAccountTokens } from "./tokens.ts";
import type { AccountTokens } from "./tokens.ts";
import type { Tries } from "./tries.ts";

/** People: how they register, sign in, and what is known of them. */
export interface AccountFeature {
  routes: Route[];
  pages: WebPage[];
  accounts: Accounts;
  passwords: Passwords;
  guesses: Guesses;
  registration: Registration;
  tokens: AccountTokens;
  /** Codes, tokens and tries that count for nothing any more; answers how many. */
  removeExpired(signal: AbortSignal): Promise<number>;
}

export interface AccountFeatureDeps {
  db: Kysely<Schema>;
  transact: Transact;
  settings: AccountsSettings;
  /** The server listens on loopback only. */
  isLoopback: boolean;
  /** Signs tokens. */
  secret: string;
  im: IMClient;
  arrivals: Arrivals;
  tries: Tries;
  admission: Admission;
  /** People may register by themselves. */
  isRegisterAllowed(): Promise<boolean>;
  /**
   * Returns the userIDs that belong to the system and can never be people's.
   */
  findReserved(
    db: Kysely<Schema>,
    userIDs: readonly string[],
  ): Promise<string[]>;
  listDefaultFriends(): Promise<string[]>;
  listDefaultGroups(): Promise<string[]>;
  /**
   * Returns the network of one household or office; undefined: too many people
   * share the address.
   */
  neighborhoodOf(address: string): string | undefined;
  fetch(url: string, init: RequestInit): Promise<Response>;
  logger: Logger;
  now: () => number;
}

/** Removed before others have their turn. */
const atOnce = 500;

export function createAccountFeature(deps: AccountFeatureDeps): AccountFeature {
  const { db, transact, settings, secret, im, logger, now } = deps;
  const { admission, neighborhoodOf } = deps;
  const passwords = createPasswords();
  const tokens = createAccountTokens({
    db,
    transact,
    secret,
    expireDays: settings.tokenPolicy.expire,
    now,
  });
  const guesses = createGuesses({
    limits: {
      perAccount: settings.signIn.wrongPasswords,
      perAddress: settings.signIn.wrongPasswordsPerAddress,
    },
    tries: deps.tries,
    places: createSignInPlaces({ db, transact, now }),
    neighborhoodOf,
  });
  const channels = createCodeChannels({
    settings,
    isLoopback: deps.isLoopback,
    fetch: deps.fetch,
    now,
  });
  if (Object.values(channels).some(({ mode }) => mode === "super"))
    logger.warn(
      "accounts: the super code (accounts.verifyCode.superCode) is valid for everybody: for development only, and on loopback only",
    );
  const requireMayUse: SignUpRoutesDeps["requireMayUse"] = (
    code,
    { isHere },
  ) => {
    // Only where it counts: elsewhere a sent code may look like it.
    const hasSuper = Object.values(channels).some(
      ({ mode }) => mode === "super",
    );
    if (hasSuper && !isHere && code === settings.verifyCode.superCode)
      throw errors.codeMismatch(
        "the super code is accepted only from the server's own machine, and not through a proxy",
      );
  };
  const codes = createCodes({
    db,
    transact,
    settings: settings.verifyCode,
    channels,
    secret,
    now,
  });
  const accounts = createAccounts(db, now);
  const registration = createRegistration({
    db,
    transact,
    im,
    arrivals: deps.arrivals,
    passwords,
    admission,
    codes,
    isRegisterAllowed: deps.isRegisterAllowed,
    findReserved: deps.findReserved,
    listDefaultFriends: deps.listDefaultFriends,
    listDefaultGroups: deps.listDefaultGroups,
    failed: (error) =>
      logger.warn(
        { err: error },
        "accounts: adding the default friends and groups of a new user failed",
      ),
    now,
  });
  const signIn = createSignIn({
    db,
    im,
    admission,
    passwords,
    guesses,
    codes,
    tokens,
    now,
  });
  const passwordChanges = createPasswordChanges({
    db,
    transact,
    im,
    codes,
    passwords,
    guesses,
    tokens,
    failed: (error) =>
      logger.warn(
        { err: error },
        "accounts: signing a user out at the IM server failed",
      ),
    now,
  });
  const friendRequests = createFriendRequests(db);
  return {
    accounts,
    passwords,
    guesses,
    registration,
    tokens,
    routes: [
      ...signUpRoutes({
        registration,
        signIn,
        codeRequests: createCodeRequests({
          db,
          codes,
          admission,
          neighborhoodOf,
        }),
        passwordChanges,
        tokens,
        im,
        requireMayUse,
      }),
      ...profileRoutes({
        accounts,
        profileChanges: createProfileChanges({ db, transact, im, codes, now }),
        search: createAccountSearch(db, im),
        calls: createCalls(settings.liveKit, now),
        friendRequests,
      }),
    ],
    pages: friendRequestPages(friendRequests),

    async removeExpired(signal) {
      let removed = 0;
      for (const remove of [
        codes.removeOld,
        tokens.removeExpired,
        deps.tries.removeOld,
      ])
        for (let count = atOnce; count === atOnce && !signal.aborted;) {
          count = await remove(atOnce);
          removed += count;
        }
      return removed;
    },
  };
}
