import { errors, ProtocolError } from "@parley/protocol/errors";
import { JSONError } from "@parley/protocol/go-json";
import type { MessageType } from "@parley/protocol/message";
import { requireNoNUL } from "@parley/protocol/nul";

import { goThrough } from "../pace/turns.ts";
import type { Actor } from "./actor.ts";

/** One REST request on its way to the operation that answers it. */
export interface Call {
  operationID: string;
  /** Who asks; on open routes nobody is looked at. */
  actor: Actor;
  /** Where they ask from. */
  address: string;
  /**
   * Whether somebody on this machine asks, and no proxy for anybody else; what
   * does not know it does not say so.
   */
  isHere?: boolean;
  headers: Headers;
  query: URLSearchParams;
}

/** What a route takes and answers, for who describes it. */
export interface RouteSchema {
  request: Described;
  /** As in Operation. */
  required: readonly string[];
  /** What `data` is; without it there is none. */
  response: Described | "string" | undefined;
  /** `data` is a list of such. */
  isList: boolean;
  /** Also takes protobuf, and answers in it. */
  takesProtobuf?: boolean;
  /** Takes a form instead of JSON, with a file in this field. */
  formFile?: string;
}

type Described = Pick<MessageType<unknown>, "name" | "descriptor">;

/** A wire method and the operation behind it; no decisions of its own. */
export interface Route {
  path: string;
  schema: RouteSchema;
  /** Needs no token. */
  isOpen: boolean;
  /** COMPAT: these answer a body they cannot bind with HTTP 400 (docs/wire/rest.md#http-status). */
  bindStatus: 200 | 400;
  /** The largest body it takes; `defaultBodyBytes` where it does not say. */
  bodyBytes?: number | undefined;
  /** The text of `data`; undefined when the answer has none. */
  answer(call: Call, body: string): Promise<string | undefined>;
  /** May take minutes; what waits for the answer is kept from giving up. */
  isLong?: true;
  /**
   * COMPAT: so long, in ms, an SDK has to be done with what it asks next in the
   * same operation before its own connection may hear of the change.
   */
  quietMs?: number;
  /** Asked instead of `answer` where the body need not be text. */
  answerBytes?(call: Call, body: Uint8Array): Promise<string | undefined>;
}

/** More than a request about one thing, or a list of ids, takes. */
export const defaultBodyBytes = 1_048_576;
/** A message whose every second character is escaped, and what goes with it. */
export const messageBodyBytes = 4_194_304;
/** Thousands of people at once, by an administrator. */
export const importBodyBytes = 16_777_216;
/** Where nobody is known: many may come. */
const strangerBodyBytes = 262_144;

/** How large a body may be: what only administrators may ask, only they may send. */
export function bodyLimitOf(
  { bodyBytes = defaultBodyBytes }: Pick<Route, "bodyBytes">,
  { userID, isAdmin }: Pick<Actor, "userID" | "isAdmin">,
): number {
  if (isAdmin) return bodyBytes;
  const most = userID === "" ? strangerBodyBytes : defaultBodyBytes;
  return Math.min(bodyBytes, most);
}

interface Operation<Request, Response> {
  /** Fields that must be there, in OpenIM's order of asking. */
  required?: readonly string[];
  /** Rules of the form beyond that; part of binding. */
  check?: ((request: NoInfer<Request>) => void) | undefined;
  /** Fields whose text is for clients alone, and may hold any character. */
  opaque?: readonly string[];
  /** As in Route. */
  bodyBytes?: number;
  bindStatus?: 200 | 400;
  /** As in Route. */
  quietMs?: number;
  response?: MessageType<Response>;
  handle(
    call: Call,
    request: Request,
  ): Promise<Partial<Response> | undefined | void>;
}

/** A route for whoever has a token. */
export function route<Request extends object, Response = never>(
  path: string,
  request: MessageType<Request>,
  operation: Operation<Request, Response>,
): Route {
  return {
    path,
    schema: {
      request,
      required: operation.required ?? [],
      response: operation.response,
      isList: false,
    },
    isOpen: false,
    bodyBytes: operation.bodyBytes,
    bindStatus: operation.bindStatus ?? 200,
    ...(operation.quietMs !== undefined && { quietMs: operation.quietMs }),
    async answer(call, body) {
      const value = bind(request, body, operation);
      const result = await operation.handle(call, value);
      return operation.response && writeJSON(operation.response, result ?? {});
    },
  };
}

/** A route that needs no token. */
export const openRoute: typeof route = (path, request, operation) => ({
  ...route(path, request, operation),
  isOpen: true,
});

/** A route whose `data` is a list of messages. */
export function listRoute<Request extends object, Item>(
  path: string,
  request: MessageType<Request>,
  operation: {
    required?: readonly string[];
    bindStatus?: 200 | 400;
    /** COMPAT: get_users_online_status answers 500 (docs/wire/rest.md#http-status). */
    bindCode?: 500;
    item: MessageType<Item>;
    handle(call: Call, request: Request): Promise<Partial<Item>[]>;
  },
): Route {
  return {
    path,
    schema: {
      request,
      required: operation.required ?? [],
      response: operation.item,
      isList: true,
    },
    isOpen: false,
    bindStatus: operation.bindStatus ?? 200,
    async answer(call, body) {
      const value = bind(request, body, operation);
      const items = await operation.handle(call, value);
      if (items.length === 0) return "null";
      const texts: string[] = [];
      await goThrough(items, (item) => texts.push(operation.item.toJSON(item)));
      return `[${texts.join()}]`;
    },
  };
}

/** A long answer lets others come between its pieces. */
async function writeJSON<Response>(
  type: MessageType<Response>,
  value: Partial<Response>,
): Promise<string> {
  let text = "";
  await goThrough(type.toJSONPieces(value), (piece) => (text += piece));
  return text;
}

/** The body could not be made a request; `refusal` is what the client gets. */
export class BindError extends Error {
  override readonly name = "BindError";
  readonly refusal: ProtocolError;
  readonly status: 200 | 400;

  constructor(refusal: ProtocolError, status: 200 | 400) {
    super(refusal.message);
    this.refusal = refusal;
    this.status = status;
  }
}

function bind<Request extends object>(
  type: MessageType<Request>,
  body: string,
  {
    required,
    check,
    opaque,
    bindStatus = 200,
    bindCode,
  }: Pick<
    Operation<Request, unknown>,
    "required" | "check" | "opaque" | "bindStatus"
  > & {
    bindCode?: 500;
  },
): Request {
  try {
    const value = type.limited.fromJSON(body, required);
    check?.(value);
    if (body.includes("\\u0000")) requireNoNUL(value, opaque);
    return value;
  } catch (error) {
    if (error instanceof ProtocolError) throw new BindError(error, bindStatus);
    if (!(error instanceof JSONError)) throw error;
    throw new BindError(
      // COMPAT: the parser's text takes the place of the code's name, except
      // where OpenIM binds the body itself (docs/wire/rest.md#answers).
      bindStatus === 400
        ? (bindCode === 500 ? errors.internal : errors.args)(error.message)
        : errors.args("", { errMsg: error.message }),
      bindStatus,
    );
  }
}

/** Throws 1002 unless the actor is this user or an administrator. */
export function requireSelf(actor: Actor, userID: string): void {
  if (actor.userID !== userID && !actor.isAdmin)
    throw errors.noPermission(`only ${userID} or an administrator may`);
}

export function requireAdmin(actor: Actor): void {
  if (!actor.isAdmin) throw errors.noPermission("administrators only");
}
