import type { MessageType } from "./message.ts";

/** Who may call a method. */
export type Caller =
  /** Whoever has no token, too. */
  | "anybody"
  /** Whoever has a token. */
  | "signedIn"
  /** The user whom the request names, and administrators. */
  | "self"
  /** A member of the group that the request names, and administrators. */
  | "member"
  /** An admin or the owner of that group, and administrators. */
  | "manager"
  /** The owner of that group, and administrators. */
  | "owner"
  /** Those whom the request concerns in some other way, and administrators. */
  | "concerned"
  | "administrator"
  /** An administrator of level 100. */
  | "superAdministrator";

/**
 * Who may call a method. Of one with a `field` the server compares the user
 * that stands there with the caller before anything is done; without a field
 * the operation finds out by itself.
 */
export interface Access<Field extends string = string> {
  readonly who: Caller;
  /** Names the user of "self"; `userInfo.userID` looks into a message. */
  readonly field?: Field;
}

export const anybody: Access<never> = { who: "anybody" };
export const signedIn: Access<never> = { who: "signedIn" };
export const member: Access<never> = { who: "member" };
export const manager: Access<never> = { who: "manager" };
export const owner: Access<never> = { who: "owner" };
export const concerned: Access<never> = { who: "concerned" };
export const administrator: Access<never> = { who: "administrator" };
export const superAdministrator: Access<never> = { who: "superAdministrator" };

export function self(): Access<never>;
export function self<Field extends string>(field: Field): Access<Field>;
export function self(field?: string): Access {
  return { who: "self", ...(field !== undefined && { field }) };
}

/**
 * What calling a method does. An overloaded server refuses everything else
 * before reads, since clients ask once for what they sync by.
 */
export type Kind =
  /** Changes nothing. */
  | "read"
  /** Changes what there is already, or signs somebody in. */
  | "change"
  /** Leaves a message in a conversation. */
  | "send"
  /** Makes users, groups or other things that have ids of their own. */
  | "create";

/** What `data` of an answer holds; `undefined`: it is absent. */
export type DataShape = "message" | "list" | "text" | undefined;

/** One method of the wire: all that server, clients, documents and tests know of it. */
export interface Method<Request = object, Response = unknown> {
  readonly path: string;
  readonly request: MessageType<Request>;
  /** The type of `data`, or of each of its items; undefined where it is neither. */
  readonly response: MessageType<Response> | undefined;
  readonly data: DataShape;
  readonly access: Access;
  readonly kind: Kind;
  /** Fields that must be there, in OpenIM's order of asking. */
  readonly required: readonly string[];
  /** Fields whose text is for clients alone, and may hold any character. */
  readonly opaque: readonly string[];
  /** The largest body that it takes, in bytes. */
  readonly bodyBytes: number;
  /** COMPAT: some answer a body that cannot be read with HTTP 400 (docs/wire/rest.md#http-status). */
  readonly bindStatus: 200 | 400;
  /** COMPAT: and get_users_online_status with errCode 500. */
  readonly bindCode?: 500;
  /** An administrator's token has an effect, though none is needed. */
  readonly takesToken: boolean;
  /** May take minutes; what waits for the answer is kept from giving up. */
  readonly isLong: boolean;
  /** Also takes protobuf, and answers in it. */
  readonly takesProtobuf: boolean;
  /** Takes a form instead of JSON, with a file in this field. */
  readonly formFile?: string;
  readonly words: Words;
}

/** What documents say about a method. */
export interface Words {
  readonly summary: string;
  readonly detail: string;
  /** Codes of its own, beside those that every method has. */
  readonly codes: readonly number[];
  /** What stands in the address, by name. */
  readonly query?: Readonly<Record<string, string>>;
}

/** A method whose `data` is a list of messages. */
export interface ListMethod<Request, Item> extends Method<Request, Item> {
  readonly data: "list";
  readonly response: MessageType<Item>;
}

/** Names a field of a request, or with a dot one of a message in it. */
export type FieldPath<Request> = {
  [Name in keyof Request & string]:
    | Name
    | (NonNullable<Request[Name]> extends readonly unknown[] | string | number
        ? never
        : `${Name}.${keyof NonNullable<Request[Name]> & string}`);
}[keyof Request & string];

/** More than a request about one thing, or a list of ids, takes. */
export const defaultBodyBytes = 1_048_576;
/** A message whose every second character is escaped, and what goes with it. */
export const messageBodyBytes = 4_194_304;
/** Thousands of people at once, by an administrator. */
export const importBodyBytes = 16_777_216;

/** What is left out is as in most methods. */
interface Description<Request> extends Partial<
  Pick<
    Method,
    | "bodyBytes"
    | "bindStatus"
    | "bindCode"
    | "takesToken"
    | "isLong"
    | "takesProtobuf"
    | "formFile"
  >
> {
  access: Access<FieldPath<NoInfer<Request>>>;
  kind: Kind;
  required?: readonly FieldPath<NoInfer<Request>>[];
  opaque?: readonly string[];
  /** What it is for, and what more there is to say. */
  words: readonly [summary: string, detail?: string];
  codes?: readonly number[];
  query?: Readonly<Record<string, string>>;
}

/** In place of a response: the answer has no `data`. */
export const nothing = undefined;
/** In place of a response: `data` is a string. */
export const text = "text";
/** In place of a response: `data` is a list of these. */
export const listOf = <Item>(item: MessageType<Item>) => ({ item });

type ListOf<Item> = ReturnType<typeof listOf<Item>>;

/** Describes a method; its path stands nowhere else. */
export function method<Request extends object>(
  path: string,
  request: MessageType<Request>,
  response: typeof nothing,
  description: Description<Request>,
): Method<Request, void>;
export function method<Request extends object>(
  path: string,
  request: MessageType<Request>,
  response: typeof text,
  description: Description<Request>,
): Method<Request, string>;
export function method<Request extends object, Item>(
  path: string,
  request: MessageType<Request>,
  response: ListOf<Item>,
  description: Description<Request>,
): ListMethod<Request, Item>;
export function method<Request extends object, Response>(
  path: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
  description: Description<Request>,
): Method<Request, Response>;
export function method<Request extends object, Response>(
  path: string,
  request: MessageType<Request>,
  response:
    MessageType<Response> | ListOf<Response> | typeof nothing | typeof text,
  {
    required = [],
    opaque = [],
    bodyBytes = defaultBodyBytes,
    bindStatus = 200,
    takesToken = false,
    isLong = false,
    takesProtobuf = false,
    words: [summary, detail = ""],
    codes = [],
    query,
    ...more
  }: Description<Request>,
): Method<Request, Response> {
  return {
    path,
    request,
    ...shapeOf(response),
    required,
    opaque,
    bodyBytes,
    bindStatus,
    takesToken,
    isLong,
    takesProtobuf,
    words: { summary, detail, codes, ...(query && { query }) },
    ...more,
  };
}

function shapeOf<Response>(
  response:
    MessageType<Response> | ListOf<Response> | typeof nothing | typeof text,
): Pick<Method<never, Response>, "response" | "data"> {
  if (response === text) return { response: undefined, data: "text" };
  if (response === nothing) return { response: undefined, data: undefined };
  return "item" in response
    ? { response: response.item, data: "list" }
    : { response, data: "message" };
}
