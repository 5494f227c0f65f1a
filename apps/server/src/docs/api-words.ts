import type { Example } from "./examples.ts";

/** Documentation of one API: words and examples. */
export interface APIWords {
  heading: string;
  about: string;
  /** Explains how to get a token. */
  token: string;
  /** Codes that every route with a token may answer. */
  tokenCodes: readonly number[];
  /** Descriptions by first part of the path, in the page's order. */
  areas: Readonly<Record<string, string>>;
  /** Descriptions of fields that mean the same everywhere. */
  fields: Readonly<Record<string, string>>;
  /** Descriptions of fields per message. */
  ownFields: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One of each route, in an order in which all of them succeed. */
  examples: readonly Example[];
}
