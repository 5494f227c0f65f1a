import type { Caller, Method } from "@parley/protocol/method";

import type { Fixtures } from "./fixtures.ts";

/** Callers: without a token, a stranger, members, administrators. */
export type Role =
  | "nobody"
  | "stranger"
  /** The user the body names. */
  | "self"
  | "member"
  /** A group's administrator (role level 60). */
  | "manager"
  | "owner"
  /** A configured administrator of the server. */
  | "imAdmin";

export interface Asker {
  role: Role;
  /** Empty for nobody. */
  userID: string;
}

/** The errCode each role gets; 0 = it may. */
export type Codes = Partial<Record<Role, number>>;

/** One call and what it answers each role. */
export interface Row {
  path: string;
  who: Caller;
  /** Distinguishes the rows of one path. */
  about: string;
  codes: Codes;
  /**
   * Makes a valid body, and what it names, anew for each caller: so no row
   * changes what another one, or another role, needs.
   */
  body: Body;
  query?: (fixtures: Fixtures) => URLSearchParams;
}

export type Body = (
  fixtures: Fixtures,
  asker: Asker,
) => object | Promise<object>;

const withToken = { nobody: 1001 };
export const everybody: Codes = { stranger: 0, self: 0, imAdmin: 0 };
export const onlySelf: Codes = { ...everybody, stranger: 1002 };
export const onlyAdministrators: Codes = { ...onlySelf, self: 1002 };
const members = { stranger: 1002, member: 0, manager: 0, owner: 0, imAdmin: 0 };
const managers = { ...members, member: 1002 };
const owners = { ...managers, manager: 1002 };

export const toAll = (code: number): Codes => ({
  nobody: code,
  stranger: code,
  self: code,
  imAdmin: code,
});

/** The codes that each role gets where nothing counts but who may call. */
export const codesOf: Readonly<Record<Caller, Codes>> = {
  anybody: toAll(0),
  signedIn: { ...withToken, ...everybody },
  self: { ...withToken, ...onlySelf },
  member: { ...withToken, ...members },
  manager: { ...withToken, ...managers },
  owner: { ...withToken, ...owners },
  concerned: withToken,
  administrator: { ...withToken, ...onlyAdministrators },
  superAdministrator: withToken,
};

/** The method declares who may call it; `codes` are for the ids in the body. */
export const row = (
  method: Method,
  body: Body,
  { about = "", codes }: { about?: string; codes?: Codes } = {},
): Row => ({
  path: method.path,
  who: method.access.who,
  about,
  codes: codes ? { ...withToken, ...codes } : codesOf[method.access.who],
  body,
});

export const firstPage = { pagination: { pageNumber: 1, showNumber: 10 } };
