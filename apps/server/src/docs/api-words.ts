import type { Example } from "./examples.ts";

/** What is said about one API, in words and in examples. */
export interface APIWords {
  heading: string;
  about: string;
  /** Explains how to get a token. */
  token: string;
  /** Codes that every route with a token may answer. */
  tokenCodes: readonly number[];
  /** By the first part of a path, in the order of the page. */
  areas: Readonly<Record<string, string>>;
  /** Of fields that mean the same wherever they stand. */
  fields: Readonly<Record<string, string>>;
  /** Descriptions of fields per message. */
  ownFields: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One of each route, in an order in which all of them succeed. */
  examples: readonly Example[];
}
