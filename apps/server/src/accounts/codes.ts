import { createHmac, randomInt, timingSafeEqual } from "node:crypto";

import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact, Transaction } from "../storage/writer.ts";
import type { Way } from "./login-ways.ts";
import { CredentialType } from "./store.ts";
import {
  countSent,
  deleteOldCodes,
  findNewestCode,
  insertCode,
  updateCode,
} from "./codes-store.ts";

/** Gets a code to somebody; throws what may be told to whoever asked for it. */
export type SendCode = (target: string, code: string) => Promise<void>;

/** Sends codes to phones, or to e-mail addresses. */
export type CodeChannel =
  /** Sends no codes. */
  | { mode: "off"; setting: string }
  /** Sends no codes, and accepts one fixed code from everybody. */
  | { mode: "super" }
  | { mode: "send"; send: SendCode };

export interface CodeChannels {
  phone: CodeChannel;
  mail: CodeChannel;
}

/** Verification codes, which prove that a phone or a mailbox is somebody's. */
export interface Codes {
  /** Throws 20005 after too many, 500 when it cannot be sent. */
  send(
    way: Way,
    from: { neighborhood: string | undefined; platform: string },
  ): Promise<void>;
  /**
   * Throws unless it is the newest code that was sent to one of these: 20006
   * for another, 20007 for an old or used one or none, 20008 after too many
   * wrong ones.
   */
  verify(ways: readonly Way[], code: string): Promise<void>;
  /** The same, and the code is right no more. */
  use(ways: readonly Way[], code: string): Promise<void>;
  /** The same within a change: a wrong one here does not count as tried. */
  useIn(tx: Transaction, ways: readonly Way[], code: string): Promise<void>;
  /** False where one code is right for everybody, which proves nothing. */
  prove(way: Way): boolean;
  /** Returns how many it removed. */
  removeOld(limit: number): Promise<number>;
}

export interface CodeSettings {
  validTime: number;
  validCount: number;
  uintTime: number;
  maxCount: number;
  maxCountPerAddress: number;
  superCode: string;
  len: number;
}

export interface CodesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  settings: CodeSettings;
  channels: CodeChannels;
  /** Key of the HMAC that is stored instead of a code. */
  secret: string;
  now: () => number;
}

const aboutTarget = (credential: string): string => `codes to ${credential}`;

type Refusal = keyof typeof refusals;

const refusals = {
  mismatch: () => errors.codeMismatch("the code is wrong"),
  none: () => errors.codeExpired("no code was sent, or it was used"),
  expired: () => errors.codeExpired("the code has expired"),
  tried: () =>
    errors.codeTriedTooOften("too many wrong attempts: request a new code"),
} as const;

export function createCodes(deps: CodesDeps): Codes {
  const { transact, settings, channels, now } = deps;
  const key = createHmac("sha256", deps.secret)
    .update("parley verification codes")
    .digest();
  const hashOf = (target: string, code: string) =>
    createHmac("sha256", key).update(`${target}\n${code}`).digest("hex");

  const channelOf = ({ type }: Way): CodeChannel =>
    type === CredentialType.email ? channels.mail : channels.phone;

  /**
   * Returns the ways whose codes are stored, or "right" for the super code.
   * Throws for a way that no channel serves.
   */
  function sentWays(ways: readonly Way[], code: string): Way[] | "right" {
    const open = ways.filter((way) => channelOf(way).mode !== "off");
    const [off] = ways;
    if (open.length === 0 && off) throw notSent(channelOf(off));
    const isSuper = open.some((way) => channelOf(way).mode === "super");
    if (isSuper && isEqual(code, settings.superCode)) return "right";
    const sent = open.filter((way) => channelOf(way).mode === "send");
    if (isSuper && sent.length === 0) throw refusals.mismatch();
    return sent;
  }

  async function tryIn(
    tx: Transaction,
    ways: readonly Way[],
    code: string,
    isUsedUp: boolean,
  ): Promise<Refusal | undefined> {
    const sent = await findNewestCode(
      tx.db,
      ways.map(({ credential }) => credential),
    );
    if (!sent || sent.used === 1) return "none";
    if (sent.expire_time < now()) return "expired";
    const { id, attempts } = sent;
    if (settings.validCount > 0 && attempts >= settings.validCount)
      return "tried";
    if (!isEqual(hashOf(sent.target, code), sent.code)) {
      await updateCode(tx, id, { attempts: attempts + 1 });
      return "mismatch";
    }
    if (isUsedUp) await updateCode(tx, id, { used: 1 });
    return undefined;
  }

  async function check(
    ways: readonly Way[],
    code: string,
    isUsedUp: boolean,
  ): Promise<void> {
    const sent = sentWays(ways, code);
    if (sent === "right") return;
    // A wrong try has to stay, so the refusal comes after the change.
    const refusal = await transact((tx) => tryIn(tx, sent, code, isUsedUp), {
      about: sent.map(({ credential }) => aboutTarget(credential)),
    });
    if (refusal) throw refusals[refusal]();
  }

  return {
    async send(way, { neighborhood, platform }) {
      const channel = channelOf(way);
      if (channel.mode === "off") throw notSent(channel);
      if (channel.mode === "super") return;
      const { credential: target } = way;
      const code = String(randomInt(10 ** settings.len)).padStart(
        settings.len,
        "0",
      );
      const id = await transact(
        async (tx) => {
          const since = now() - settings.uintTime * 1_000;
          if ((await countSent(tx.db, { target }, since)) >= settings.maxCount)
            throw errors.codesTooFrequent("too many codes were sent there");
          if (
            neighborhood !== undefined &&
            (await countSent(tx.db, { ip: neighborhood }, since)) >=
              settings.maxCountPerAddress
          )
            throw errors.codesTooFrequent("too many codes for your address");
          return insertCode(tx, {
            target,
            code: hashOf(target, code),
            platform,
            ip: neighborhood ?? "",
            attempts: 0,
            used: 0,
            create_time: now(),
            expire_time: now() + settings.validTime * 1_000,
          });
        },
        { about: [aboutTarget(target), `codes for ${neighborhood ?? ""}`] },
      );
      try {
        await channel.send(target, code);
      } catch (error) {
        // It does not count for them; whoever asked has asked.
        await transact((tx) => updateCode(tx, id, { target: "" }), {
          about: [aboutTarget(target)],
        });
        throw error;
      }
    },

    prove: (way) => channelOf(way).mode !== "super",
    verify: (ways, code) => check(ways, code, false),
    use: (ways, code) => check(ways, code, true),

    async useIn(tx, ways, code) {
      const sent = sentWays(ways, code);
      if (sent === "right") return;
      const refusal = await tryIn(tx, sent, code, true);
      if (refusal) throw refusals[refusal]();
    },

    removeOld(limit) {
      const { uintTime, validTime } = settings;
      const before = now() - Math.max(uintTime, validTime) * 1_000;
      return transact((tx) => deleteOldCodes(tx, before, limit));
    },
  };
}

const notSent = (channel: CodeChannel) =>
  errors.internal(
    `this server sends no codes${channel.mode === "off" ? `: an operator has to set ${channel.setting}` : ""}`,
  );

/** Takes the same time wherever they differ. */
function isEqual(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) =>
    createHmac("sha256", "equal").update(text).digest(),
  );
  return (
    left !== undefined && right !== undefined && timingSafeEqual(left, right)
  );
}
