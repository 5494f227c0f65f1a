import type { Caller, Method } from "@parley/protocol/method";

import type { ChatFixtures } from "./chat-fixtures.ts";

/** Callers of the chat service. */
export type ChatRole =
  | "nobody"
  /** A user that the body does not name. */
  | "stranger"
  /** The user that it names. */
  | "self"
  /** A user whom an administrator blocked, with a token from before. */
  | "blocked"
  /** An administrator of level 80, and one of 100. */
  | "administrator"
  | "superAdministrator"
  /** A user's token of the IM server. */
  | "imUser";

export type ChatPort = "accounts" | "administration";

/** The errCode each role gets; 0 = it may. */
export type ChatCodes = Record<ChatRole, number>;

/** One call and what it answers each role. */
export interface ChatRow {
  port: ChatPort;
  path: string;
  /** Query string of the request, like `?name=value`. */
  query: string;
  /** Distinguishes the rows of one path. */
  about: string;
  codes: ChatCodes;
  /** Makes a valid body, and what it names, anew for each caller. */
  body: ChatBody;
  /** The call invalidates self's tokens. */
  endsSessions: boolean;
}

export type ChatBody = (
  fixtures: ChatFixtures,
  caller: ChatRole,
) => object | Promise<object>;

interface More {
  about?: string;
  /** Codes that differ from the usual ones. */
  codes?: Partial<ChatCodes>;
  query?: string;
  endsSessions?: boolean;
}

const toAll = (code: number): ChatCodes => ({
  nobody: code,
  stranger: code,
  self: code,
  blocked: code,
  administrator: code,
  superAdministrator: code,
  imUser: code,
});
/** Error codes of methods that check tokens. */
const signedIn = { ...toAll(0), nobody: 1001, blocked: 20101, imUser: 1505 };
const administrators = { ...signedIn, stranger: 1001, self: 1001 };

/** The codes that each role gets where nothing counts but who may call. */
const codesOf: Readonly<Partial<Record<Caller, ChatCodes>>> = {
  anybody: toAll(0),
  signedIn,
  self: { ...signedIn, stranger: 1002 },
  administrator: administrators,
  superAdministrator: { ...administrators, administrator: 1002 },
};

/** A row at the accounts' port. */
export const row = (method: Method, body: ChatBody, more?: More): ChatRow =>
  rowAt("accounts", method, body, more);

/** A row at the administration's port. */
export const adminRow = (
  method: Method,
  body: ChatBody,
  more?: More,
): ChatRow => rowAt("administration", method, body, more);

/** The method declares who may call it; `codes` are for the ids in the body. */
function rowAt(
  port: ChatPort,
  { path, access: { who } }: Method,
  body: ChatBody,
  { about = "", codes, query = "", endsSessions = false }: More = {},
): ChatRow {
  const usual = codesOf[who];
  if (!usual) throw new Error(`no codes are known for ${who}`);
  return {
    port,
    path,
    query,
    about,
    codes: { ...usual, ...codes },
    body,
    endsSessions,
  };
}
