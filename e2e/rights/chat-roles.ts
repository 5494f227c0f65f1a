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
  /** Distinguishes the rows of one path. */
  about: string;
  codes: ChatCodes;
  /** Makes a valid body, and what it names, anew for each caller. */
  body: ChatBody;
  /** After it, self's tokens are worth nothing. */
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
  endsSessions?: boolean;
}

/** Codes of routes that check tokens. */
const refusals = { nobody: 1001, blocked: 20101, imUser: 1505 } as const;

function row(
  port: ChatPort,
  path: string,
  usual: ChatCodes,
  body: ChatBody,
  { about = "", codes, endsSessions = false }: More = {},
): ChatRow {
  const all = { ...usual, ...codes };
  return { port, path, about, codes: all, body, endsSessions };
}

const all = (code: number): ChatCodes => ({
  nobody: code,
  stranger: code,
  self: code,
  blocked: code,
  administrator: code,
  superAdministrator: code,
  imUser: code,
});

/** Needs no token: the same for all. */
export const open = (
  port: ChatPort,
  path: string,
  body: ChatBody,
  more?: More,
): ChatRow => row(port, path, all(0), body, more);

/** For everybody with an account. */
export const forUsers = (path: string, body: ChatBody, more?: More): ChatRow =>
  row("accounts", path, { ...all(0), ...refusals }, body, more);

/** For the user that the body names, and for administrators. */
export const forSelf = (path: string, body: ChatBody, more?: More): ChatRow =>
  row("accounts", path, { ...all(0), ...refusals, stranger: 1002 }, body, more);

export const forAdministrators = (
  path: string,
  body: ChatBody,
  more?: More,
): ChatRow =>
  row(
    "administration",
    path,
    { ...all(0), ...refusals, stranger: 1001, self: 1001 },
    body,
    more,
  );

/** For those of level 100 alone. */
export const forSuperAdministrators = (
  path: string,
  body: ChatBody,
  more: Omit<More, "codes"> = {},
): ChatRow =>
  forAdministrators(path, body, { ...more, codes: { administrator: 1002 } });
