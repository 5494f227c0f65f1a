import { errors, ProtocolError } from "@parley/protocol/errors";
import { JSONError } from "@parley/protocol/go-json";
import type { MessageType } from "@parley/protocol/message";
import { defaultBodyBytes } from "@parley/protocol/method";
import type { ListMethod, Method } from "@parley/protocol/method";
import { requireNoNUL } from "@parley/protocol/nul";

import { goThrough } from "../pace/turns.ts";
import type { Actor, Cause } from "./actor.ts";

/** One REST request on its way to the operation that answers it. */
export interface Call {
  /** The caller, which open routes do not check, and the request's id. */
  cause: Cause;
  /** The client's network address. */
  address: string;
  /**
   * The request is from this machine and not through a proxy; absent: unknown.
   */
  isHere?: boolean;
  headers: Headers;
  query: URLSearchParams;
}

/** A method of the wire and the operation behind it; no decisions of its own. */
export interface Route {
  readonly method: Method;
  /** The text of `data`; undefined when the answer has none. */
  answer(call: Call, body: string): Promise<string | undefined>;
  /**
   * COMPAT: milliseconds for which notices to the caller's own connection are
   * held back, so that an SDK can finish its next requests of the same
   * operation.
   */
  quietMs?: number;
  /** Called instead of `answer` if the body is not text. */
  answerBytes?(call: Call, body: Uint8Array): Promise<string | undefined>;
}

/** Needs no token. */
export const isOpen = ({ method }: Pick<Route, "method">): boolean =>
  method.access.who === "anybody";

/** Body limit without a token, since anybody may send one. */
const strangerBodyBytes = 262_144;

/**
 * Returns the body limit for the caller: larger bodies are for administrators
 * only.
 */
export function bodyLimitOf(
  { bodyBytes }: Pick<Method, "bodyBytes">,
  { userID, isAdmin }: Pick<Actor, "userID" | "isAdmin">,
): number {
  if (isAdmin) return bodyBytes;
  const most = userID === "" ? strangerBodyBytes : defaultBodyBytes;
  return Math.min(bodyBytes, most);
}

interface Rules<Request> {
  /** Rules of the form beyond the method's required fields; part of binding. */
  check?: ((request: NoInfer<Request>) => void) | undefined;
  /** The same where it is no matter of binding; asked before rights are. */
  before?: (request: NoInfer<Request>) => void;
}

interface Operation<Request, Response> extends Rules<Request> {
  /** See Route. */
  quietMs?: number;
  handle(
    call: Call,
    request: Request,
  ): Promise<Partial<Response> | undefined | void>;
}

/** A route whose request is read and whose caller is let in before `handle` is called. */
export function route<Request extends object, Response>(
  method: Method<Request, Response>,
  operation: Operation<Request, Response>,
): Route {
  return {
    method,
    ...(operation.quietMs !== undefined && { quietMs: operation.quietMs }),
    async answer(call, body) {
      const value = admit(method, operation, call, body);
      const result = await operation.handle(call, value);
      return method.response && writeJSON(method.response, result ?? {});
    },
  };
}

/** A route whose `data` is a list of messages. */
export function listRoute<Request extends object, Item>(
  method: ListMethod<Request, Item>,
  operation: Rules<Request> & {
    handle(call: Call, request: Request): Promise<Partial<Item>[]>;
  },
): Route {
  return {
    method,
    async answer(call, body) {
      const value = admit(method, operation, call, body);
      const items = await operation.handle(call, value);
      if (items.length === 0) return "null";
      const texts: string[] = [];
      await goThrough(items, (item) =>
        texts.push(method.response.toJSON(item)),
      );
      return `[${texts.join()}]`;
    },
  };
}

function admit<Request extends object>(
  method: Method<Request>,
  rules: Rules<Request>,
  { cause: { actor } }: Call,
  body: string,
): Request {
  const request = bind(method, body, rules);
  rules.before?.(request);
  requireAccess(method, actor, request);
  return request;
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

/** Makes a body the request of a route; throws BindError. */
export function bind<Request extends object>(
  { request: type, required, opaque, bindStatus, bindCode }: Method<Request>,
  body: string,
  { check }: Rules<Request> = {},
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

/**
 * Throws 1002 unless the actor may call the method, as far as the request alone
 * says it. Ranks in groups, and administrators' levels, are for the operation.
 */
export function requireAccess(
  { access: { who, field } }: Pick<Method, "access">,
  actor: Actor,
  request: object,
): void {
  if (who === "administrator") requireAdmin(actor);
  if (who === "self" && field !== undefined)
    for (const userID of usersIn(request, field)) requireSelf(actor, userID);
}

/** One user, or several; `userInfo.userID` looks into a message. */
function usersIn(request: object, field: string): readonly string[] {
  const found = field
    .split(".")
    .reduce<unknown>(
      (value, name) => (value as Record<string, unknown> | null)?.[name],
      request,
    );
  return Array.isArray(found)
    ? (found as string[])
    : [typeof found === "string" ? found : ""];
}

/** Throws 1002 unless the actor is this user or an administrator. */
export function requireSelf(actor: Actor, userID: string): void {
  if (actor.userID !== userID && !actor.isAdmin)
    throw errors.noPermission(`only ${userID} or an administrator may`);
}

export function requireAdmin(actor: Actor): void {
  if (!actor.isAdmin) throw errors.noPermission("administrators only");
}
