import { toBase64 } from "@parley/protocol/base64";
import { noData } from "@parley/protocol/envelope";
import { errors } from "@parley/protocol/errors";
import { WireError } from "@parley/protocol/message";
import type { MessageType } from "@parley/protocol/message";
import type { Method } from "@parley/protocol/method";
import { requireNoNUL } from "@parley/protocol/nul";

import { requireAccess, route } from "./route.ts";
import type { Call, Route } from "./route.ts";

/**
 * A route that takes JSON and protobuf. What came in protobuf is answered in
 * it: `data` is its base64 (docs/wire/sockets.md#protobuf-over-rest).
 */
export function protobufRoute<Request extends object, Response>(
  method: Method<Request, Response>,
  operation: {
    handle(call: Call, request: Request): Promise<Partial<Response>>;
  },
): Route {
  const json = route(method, operation);
  return {
    ...json,
    async answerBytes(call, body) {
      if (!isProtobuf(call.headers.get("content-type") ?? ""))
        return json.answer(call, new TextDecoder().decode(body));
      const value = decode(method.request, body);
      requireAccess(method, call.cause.actor, value);
      const result = await operation.handle(call, value);
      return `"${toBase64(method.response?.encode(result) ?? noData)}"`;
    },
  };
}

/** Throws 1001 for a type that is neither; none at all is JSON. */
function isProtobuf(type: string): boolean {
  if (/application\/(x-)?protobuf/i.test(type)) return true;
  if (type === "" || /application\/json/i.test(type)) return false;
  throw errors.args(`content type ${type} is neither JSON nor protobuf`);
}

function decode<Request extends object>(
  type: MessageType<Request>,
  body: Uint8Array,
): Request {
  try {
    const value = type.limited.decode(body);
    requireNoNUL(value);
    return value;
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    // COMPAT: where JSON that cannot be read is 1001.
    throw errors.internal(cause.message, { cause });
  }
}
