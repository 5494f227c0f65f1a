import type { Example } from "./examples.ts";

/** Who may ask. */
export type Access =
  | "none"
  | "user"
  | "self"
  | "member"
  | "manager"
  | "owner"
  | "concerned"
  | "admin"
  /** Of level 100. */
  | "super";

/** Access, summary, codes, and what more there is to say. */
export type Line = readonly [
  access: Access,
  summary: string,
  codes: readonly number[],
  detail?: string,
  query?: Readonly<Record<string, string>>,
];

/** What is said about one API, in words and in examples. */
export interface APIWords {
  heading: string;
  about: string;
  /** Where one gets a token. */
  token: string;
  /** Codes that every route with a token may answer. */
  tokenCodes: readonly number[];
  /** By the first part of a path, in the order they are shown. */
  areas: Readonly<Record<string, string>>;
  /** By the path. */
  lines: Readonly<Record<string, Line>>;
  /** Of fields that mean the same wherever they stand. */
  fields: Readonly<Record<string, string>>;
  /** Of fields of one message. */
  ownFields: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One of each route, in an order in which all of them succeed. */
  examples: readonly Example[];
}
