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

export interface Caller {
  role: Role;
  /** Empty for nobody. */
  userID: string;
}

/** The errCode each role gets; 0 = it may. */
export type Codes = Partial<Record<Role, number>>;

/** One call and what it answers each role. */
export interface Row {
  path: string;
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
  caller: Caller,
) => object | Promise<object>;

type Personal = "stranger" | "self" | "imAdmin";
type OfGroup = "stranger" | "member" | "manager" | "owner" | "imAdmin";

/** A row of a route that needs a token; without one it is always 1001. */
function row(
  path: string,
  codes: Codes,
  body: Body,
  about: string | undefined,
): Row {
  return { path, about: about ?? "", codes: { nobody: 1001, ...codes }, body };
}

/** About one user: the one unconcerned, the one concerned, the admin. */
export const personal = (
  path: string,
  codes: Record<Personal, number>,
  body: Body,
  about?: string,
): Row => row(path, codes, body, about);

export const anyone = (path: string, body: Body, about?: string): Row =>
  row(path, { stranger: 0, self: 0, imAdmin: 0 }, body, about);

export const selfOrAdmin = (path: string, body: Body, about?: string): Row =>
  row(path, { stranger: 1002, self: 0, imAdmin: 0 }, body, about);

/** `answer`: what an administrator gets where that is no success. */
export const adminOnly = (
  path: string,
  body: Body,
  { about, answer = 0 }: { about?: string; answer?: number } = {},
): Row =>
  row(path, { stranger: 1002, self: 1002, imAdmin: answer }, body, about);

/** About one group: an outsider, the three levels inside, the admin. */
export const inGroup = (
  path: string,
  codes: Record<OfGroup, number>,
  body: Body,
  about?: string,
): Row => row(path, codes, body, about);

/** Needs no token: the same for all. */
export const open = (
  path: string,
  code: number,
  body: Body,
  about = "",
): Row => ({
  path,
  about,
  codes: { nobody: code, stranger: code, self: code, imAdmin: code },
  body,
});

export const firstPage = { pagination: { pageNumber: 1, showNumber: 10 } };
