import type { MessageType } from "./message.ts";

/** Kinds of callers of a method. */
export type Caller =
  /** Everybody, even without a token. */
  | "anybody"
  /** Every caller with a token. */
  | "signedIn"
  /** The user whom the request names, and administrators. */
  | "self"
  /** A member of the group that the request names, and administrators. */
  | "member"
  /** An admin or the owner of that group, and administrators. */
  | "manager"
  /** The owner of that group, and administrators. */
  | "owner"
  /** Users whom the request concerns in another way, and administrators. */
  | "concerned"
  | "administrator"
  /** An administrator of level 100. */
  | "superAdministrator";

/**
 * Access to a method. With a `field` the server compares the user in that field
 * with the caller before anything else; without one the operation checks by
 * itself.
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
 * Effect of a method. An overloaded server refuses reads last, because clients
 * send the reads of a sync only once.
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

/** Shape of `data` in the answer; undefined: absent. */
export type DataShape = "message" | "list" | "text" | undefined;

/** A method of the wire, as the server, clients, documents and tests use it. */
export interface Method<Request = object, Response = unknown> {
  readonly path: string;
  readonly request: MessageType<Request>;
  /**
   * Type of `data`, or of its items; undefined if it is neither a message nor a
   * list.
   */
  readonly response: MessageType<Response> | undefined;
  readonly data: DataShape;
  readonly access: Access;
  readonly kind: Kind;
  /** Required fields, in the order in which OpenIM checks them. */
  readonly required: readonly string[];
  /** Fields whose text only clients read, which may hold any character. */
  readonly opaque: readonly string[];
  /** The largest body that it takes, in bytes. */
  readonly bodyBytes: number;
  /** COMPAT: some answer a body that cannot be read with HTTP 400 (docs/wire/rest.md#http-status). */
  readonly bindStatus: 200 | 400;
  /** COMPAT: and get_users_online_status with errCode 500. */
  readonly bindCode?: 500;
  /** An administrator's token has an effect, though none is needed. */
  readonly takesToken: boolean;
  /** May take minutes: the connection is kept from timing out. */
  readonly isLong: boolean;
  /** The route also accepts protobuf, and then answers in it. */
  readonly takesProtobuf: boolean;
  /** Takes a form instead of JSON, with a file in this field. */
  readonly formFile?: string;
  readonly words: Words;
}

/** Documentation of a method. */
export interface Words {
  readonly summary: string;
  readonly detail: string;
  /** Error codes besides those that every method has. */
  readonly codes: readonly number[];
  /** Query parameters, by name. */
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

/** Body limit in bytes of most methods. */
export const defaultBodyBytes = 1_048_576;
/** Body limit for messages, of which every second character may be escaped. */
export const messageBodyBytes = 4_194_304;
/** Body limit for administrators' imports of thousands of users. */
export const importBodyBytes = 16_777_216;

/** Absent members have the defaults of most methods. */
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
  /** Summary and details for the documentation. */
  words: readonly [summary: string, detail?: string];
  codes?: readonly number[];
  query?: Readonly<Record<string, string>>;
}

/** Used as a response: the answer has no `data`. */
export const nothing = undefined;
/** Used as a response: `data` is a string. */
export const text = "text";
/** Used as a response: `data` is a list of these. */
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
