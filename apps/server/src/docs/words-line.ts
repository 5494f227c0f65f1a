import type { Example } from "./examples.ts";

/** Callers that a route permits. */
export type Access =
  | "none"
  | "user"
  | "self"
  | "member"
  | "manager"
  | "owner"
  | "concerned"
  | "admin"
  /** Administrators of level 100. */
  | "super";

/** Access, summary, codes, and what more there is to say. */
export type Line = readonly [
  access: Access,
  summary: string,
  codes: readonly number[],
  detail?: string,
  query?: Readonly<Record<string, string>>,
];

/** Descriptions and examples of one API. */
export interface APIWords {
  heading: string;
  about: string;
  /** Explains how to get a token. */
  token: string;
  /** Codes that every route with a token may answer. */
  tokenCodes: readonly number[];
  /** By the first part of a path, in the order of the page. */
  areas: Readonly<Record<string, string>>;
  /** By path. */
  lines: Readonly<Record<string, Line>>;
  /** Descriptions of fields that mean the same in every message. */
  fields: Readonly<Record<string, string>>;
  /** Descriptions of fields per message. */
  ownFields: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One of each route, in an order in which all of them succeed. */
  examples: readonly Example[];
}
