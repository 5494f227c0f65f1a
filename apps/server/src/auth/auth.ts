import { timingSafeEqual, createHash } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import * as methods from "@parley/protocol/methods/auth";
import { PlatformID } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import { nobody, requireToken } from "../http/actor.ts";
import type { Actor } from "../http/actor.ts";
import type { Caches } from "../storage/caches.ts";
import type { Schema } from "../storage/schema.ts";
import { aboutUsers } from "../storage/writer.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import { tokensKickedByToken } from "./multi-login.ts";
import type { LoginPolicy } from "./multi-login.ts";
import { signToken, verifyToken } from "./token-claims.ts";
import type { Claims } from "./token-claims.ts";
import {
  deleteTokens,
  createStandings,
  insertToken,
  listTokens,
  TokenState,
  updateTokens,
} from "./token-store.ts";
import type { StoredToken, TokenStanding } from "./token-store.ts";

export interface IssuedToken {
  token: string;
  /** A lifetime in seconds. */
  expireTimeSeconds: number;
}

export interface Auth {
  /** Throws 1501 … 1507 (docs/wire/sign-in.md#tokens). */
  authenticate(token: string): Promise<Claims>;
  /**
   * Throws 1506 or 1507 once a token that counted was kicked or dropped. That it
   * expired meanwhile ends no connection.
   */
  requireNotKicked(token: string): Promise<void>;
  /** Identifies the caller of a REST route by its header `token`. */
  identify(token: string | null, path: string): Promise<Actor>;
  isAdmin(userID: string): boolean;
  issueAdminToken(secret: string, userID: string): Promise<IssuedToken>;
  issueUserToken(
    actor: Actor,
    userID: string,
    platformID: number,
  ): Promise<IssuedToken>;
  /** Marks every token of the user's platform as kicked. */
  kickTokens(userID: string, platformID: number): Promise<void>;
  /**
   * A token begins a session: kicks those that were issued before it and that `ends`
   * picks. Answers false where one of the `rivals`, which have sessions, was issued
   * later and counts: then it kicks the token itself, and no other.
   */
  takeOver(
    fresh: { userID: string; token: string },
    rivals: readonly string[],
    ends: (stored: { token: string; platformID: number }) => boolean,
  ): Promise<boolean>;
  /** Forgets every token of the user; answers how many there were. */
  dropTokens(tx: Transaction, userID: string): Promise<number>;
}

export interface AuthDeps {
  db: Kysely<Schema>;
  caches: Pick<Caches, "open">;
  transact: Transact;
  secret: string;
  adminUserIDs: readonly string[];
  expireDays: number;
  policy: LoginPolicy;
  /** undefined when there is no such user. */
  levelOf(userID: string): Promise<number | undefined>;
  adminSignedIn(): void;
  now: () => number;
}

/** Paths that begin so need no token (docs/wire/rest.md#requests). */
const openPrefixes = Object.values(methods)
  .filter(({ access }) => access.who === "anybody")
  .map(({ path }) => path);
/** A replaced administrator's token still counts for so long. */
const graceMs = 300_000;
/** Accounts of this level and above cannot sign in. */
const notificationLevel = 3;

export function createAuth(deps: AuthDeps): Auth {
  const { db, transact, secret, expireDays, policy, now } = deps;
  const admins = new Set(deps.adminUserIDs);
  const seconds = () => Math.floor(now() / 1_000);
  const lifetime = expireDays * 86_400;

  const standings = deps.caches.open<TokenStanding | null>({
    name: "tokens",
    size: 100_000,
    load: createStandings(db),
  });

  const changed = (tx: Transaction, tokens: readonly string[]): void =>
    tx.forget(standings, tokens);

  async function kick(
    tx: Transaction,
    tokens: readonly string[],
  ): Promise<void> {
    await updateTokens(tx, tokens, { state: TokenState.kicked });
    changed(tx, tokens);
  }

  const isStillGood = ({ token, state }: StoredToken): boolean =>
    state === TokenState.normal && isGoodByItself(token);

  /** Whatever the table says of it. */
  function isGoodByItself(token: string): boolean {
    try {
      verifyToken(secret, token, seconds());
      return true;
    } catch {
      return false;
    }
  }

  async function issue(
    userID: string,
    platformID: number,
    makeRoom: (tx: Transaction) => Promise<void>,
  ): Promise<IssuedToken> {
    const expiresAt = seconds() + lifetime;
    const claims = { userID, platformID, expiresAt };
    const token = signToken(secret, claims, seconds());
    await transact(async (tx) => {
      await makeRoom(tx);
      await insertToken(tx, userID, platformID, token);
      changed(tx, [token]);
    }, aboutUsers(userID));
    return { token, expireTimeSeconds: lifetime };
  }

  async function drop(tx: Transaction, tokens: StoredToken[]): Promise<void> {
    const texts = tokens.map(({ token }) => token);
    await deleteTokens(tx, texts);
    changed(tx, texts);
  }

  async function authenticate(token: string): Promise<Claims> {
    const claims = verifyToken(secret, token, seconds());
    const found = await standings.get(token);
    if (!found || (found.graceUntil > 0 && found.graceUntil < now()))
      throw errors.tokenNotExist();
    if (found.state === TokenState.kicked) throw errors.tokenKicked();
    if (found.state !== TokenState.normal) throw errors.tokenUnknown();
    return claims;
  }

  return {
    authenticate,
    async requireNotKicked(token) {
      const found = await standings.get(token);
      if (found?.state === TokenState.kicked) throw errors.tokenKicked();
      if (found) return;
      if (isGoodByItself(token)) throw errors.tokenNotExist();
    },
    async identify(token, path) {
      if (openPrefixes.some((prefix) => path.startsWith(prefix))) return nobody;
      const { userID, platformID } = await authenticate(requireToken(token));
      return { userID, platformID, isAdmin: admins.has(userID) };
    },
    isAdmin: (userID) => admins.has(userID),

    async issueAdminToken(given, userID) {
      if (userID === "") throw errors.args("userID is empty");
      if (!isSameSecret(given, secret)) throw errors.noPermission("secret");
      if (!admins.has(userID))
        throw errors.args(`${userID} is not an administrator`);
      if ((await deps.levelOf(userID)) === undefined)
        throw errors.notFound(`no user ${userID}`);
      const issued = await issue(userID, PlatformID.Admin, async (tx) => {
        const old = (await listTokens(tx, userID)).filter(
          (each) => each.platformID === PlatformID.Admin,
        );
        await drop(
          tx,
          old.filter(
            (each) =>
              !isStillGood(each) ||
              (each.graceUntil > 0 && each.graceUntil < now()),
          ),
        );
        const replaced = old
          .filter((each) => each.graceUntil === 0)
          .map(({ token }) => token);
        await updateTokens(tx, replaced, { grace_until: now() + graceMs });
        changed(tx, replaced);
      });
      deps.adminSignedIn();
      return issued;
    },

    async issueUserToken(actor, userID, platformID) {
      if (!actor.isAdmin) throw errors.noPermission("administrators only");
      if (platformID === PlatformID.Admin)
        throw errors.noPermission("platform 10 is for administrators");
      if (admins.has(userID))
        throw errors.noPermission(`${userID} is an administrator`);
      const level = await deps.levelOf(userID);
      if (level === undefined) throw errors.notFound(`no user '${userID}'`);
      if (level >= notificationLevel)
        throw errors.args(`${userID} is a notification account`);
      return issue(userID, platformID, async (tx) => {
        const old = (await listTokens(tx, userID)).filter(
          (each) => each.platformID !== PlatformID.Admin,
        );
        const good = old.filter(isStillGood);
        await drop(
          tx,
          old.filter((each) => !good.includes(each)),
        );
        const kicked = tokensKickedByToken(policy, good, platformID);
        await kick(
          tx,
          kicked.map(({ token }) => token),
        );
      });
    },

    kickTokens: (userID, platformID) =>
      transact(async (tx) => {
        const tokens = (await listTokens(tx, userID))
          .filter((each) => each.platformID === platformID)
          .map(({ token }) => token);
        await kick(tx, tokens);
      }, aboutUsers(userID)),
    takeOver: ({ userID, token }, rivals, ends) =>
      transact(async (tx) => {
        const stored = await listTokens(tx, userID);
        const at = stored.findIndex((each) => each.token === token);
        const isNewest = !stored
          .slice(at + 1)
          .some((each) => rivals.includes(each.token) && isStillGood(each));
        const ended = isNewest
          ? stored.slice(0, Math.max(0, at)).filter(ends)
          : stored.filter((each) => each.token === token);
        await kick(
          tx,
          ended
            // A sign-in leaves a replaced administrator's token its grace.
            .filter(({ graceUntil }) => graceUntil === 0)
            .map((each) => each.token),
        );
        return isNewest;
      }, aboutUsers(userID)),
    async dropTokens(tx, userID) {
      const tokens = await listTokens(tx, userID);
      await drop(tx, tokens);
      return tokens.length;
    },
  };
}

/** Takes as long for a wrong secret as for the right one. */
function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
