import type {
  IPForbidden,
  IPForbiddenAdd,
  LimitUserLoginIP,
  UserIPLimitLogin,
} from "@parley/protocol/chat/admission";
import type { UserPublicInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteIPRules,
  deleteUserIP,
  findIPRules,
  insertIPRules,
  insertUserIPs,
  listUserIPs,
  searchIPRules,
  searchUserIPs,
} from "./admission-store.ts";

/**
 * Blocks addresses from registration and sign-in, and limits users to some addresses
 * (docs/wire/accounts.md#admission).
 */
export interface AddressRules {
  /** Throws 1001 for an empty address, 1003 for one that has a rule. */
  forbid(rules: readonly IPForbiddenAdd[]): Promise<void>;
  /** Ignores unknown addresses. */
  allow(ips: readonly string[]): Promise<void>;
  /** `status` is OpenIM's: see `limitsOf`. */
  search(
    wanted: { keyword: string; status: number },
    page: Page,
  ): Promise<{ total: number; forbiddens: IPForbidden[] }>;
  /** Throws 1001 for an empty user or address, 1003 for a known pair. */
  addUserIPs(limits: readonly UserIPLimitLogin[]): Promise<void>;
  /** Ignores unknown pairs. Throws 1001 for an empty user or address. */
  deleteUserIPs(limits: readonly UserIPLimitLogin[]): Promise<void>;
  searchUserIPs(
    keyword: string,
    page: Page,
  ): Promise<{ total: number; limits: LimitUserLoginIP[] }>;
}

export interface AddressRulesDeps {
  db: Kysely<Schema>;
  transact: Transact;
  /** Skips unknown ids. */
  listPublic(userIDs: readonly string[]): Promise<UserPublicInfo[]>;
  now: () => number;
}

export function createAddressRules({
  db,
  transact,
  listPublic,
  now,
}: AddressRulesDeps): AddressRules {
  return {
    async forbid(rules) {
      const ips = rules.map(({ ip }) => ip);
      if (ips.length === 0) throw errors.args("forbiddens is empty");
      if (ips.includes("")) throw errors.args("an ip is empty");
      if (new Set(ips).size < ips.length)
        throw errors.duplicateKey("an ip occurs twice");
      await transact(async (tx) => {
        const [known] = await findIPRules(tx.db, ips);
        if (known) throw errors.duplicateKey(`${known.ip} has a rule`);
        await insertIPRules(
          tx,
          rules.map(({ ip, limitRegister, limitLogin }) => ({
            ip,
            limit_register: Number(limitRegister),
            limit_login: Number(limitLogin),
            create_time: now(),
          })),
        );
      });
    },

    async allow(ips) {
      if (ips.length === 0) throw errors.args("ips is empty");
      await transact((tx) => deleteIPRules(tx, ips));
    },

    async search({ keyword, status }, page) {
      const limits = limitsOf(status);
      const { total, rows } = await searchIPRules(
        db,
        { keyword, limits },
        page,
      );
      return {
        total,
        forbiddens: rows.map((row) => ({
          ip: row.ip,
          limitRegister: row.limit_register === 1,
          limitLogin: row.limit_login === 1,
          createTime: row.create_time,
        })),
      };
    },

    async addUserIPs(limits) {
      requireNamed(limits);
      await transact(async (tx) => {
        const known = new Map<string, Set<string>>();
        for (const { userID, ip } of limits) {
          const ips =
            known.get(userID) ?? new Set(await listUserIPs(tx.db, userID));
          if (ips.has(ip))
            throw errors.duplicateKey(`${userID} has ${ip} already`);
          known.set(userID, ips.add(ip));
        }
        await insertUserIPs(
          tx,
          limits.map(({ userID, ip }) => ({
            user_id: userID,
            ip,
            create_time: now(),
          })),
        );
      });
    },

    async deleteUserIPs(limits) {
      requireNamed(limits);
      await transact(async (tx) => {
        for (const limit of limits) await deleteUserIP(tx, limit);
      });
    },

    async searchUserIPs(keyword, page) {
      const { total, rows } = await searchUserIPs(db, keyword, page);
      const users = new Map(
        (await listPublic(rows.map((row) => row.user_id))).map((user) => [
          user.userID,
          user,
        ]),
      );
      return {
        total,
        limits: rows.map((row) => ({
          userID: row.user_id,
          ip: row.ip,
          createTime: row.create_time,
          user: users.get(row.user_id) ?? null,
        })),
      };
    },
  };
}

function requireNamed(limits: readonly UserIPLimitLogin[]): void {
  if (limits.length === 0) throw errors.args("limits is empty");
  for (const { userID, ip } of limits)
    if (userID === "" || ip === "")
      throw errors.args("an entry has no userID or no ip");
}

/** Columns of a status filter; an unknown status filters nothing. */
function limitsOf(status: number): {
  limit_register?: number;
  limit_login?: number;
} {
  switch (status) {
    case 1:
      return { limit_register: 0, limit_login: 0 };
    case 2:
      return { limit_register: 0, limit_login: 1 };
    case 3:
      return { limit_register: 1, limit_login: 0 };
    case 4:
      return { limit_login: 1 };
    case 5:
      return { limit_register: 1 };
    case 6:
      return { limit_register: 1, limit_login: 1 };
    default:
      return {};
  }
}
