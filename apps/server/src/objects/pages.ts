import { ProtocolError } from "@parley/protocol/errors";

import { requestURL } from "../http/request-url.ts";
import { corsHeaders } from "../http/answers.ts";
import type { WebPage } from "../http/server.ts";
import type { Logger } from "../watching/logger.ts";
import type { ObjectAccess } from "./access.ts";
import type { AddressBook } from "./address-book.ts";

const prefix = "/object/";

/** The public address of an object leads to where its bytes are for now. */
export function objectPages({
  access,
  addressesFor,
  logger,
}: {
  access: ObjectAccess;
  addressesFor: AddressBook;
  logger: Logger;
}): WebPage[] {
  return [
    {
      path: `${prefix}*name`,
      async answer(request) {
        const { pathname, searchParams } = requestURL(request);
        // The first of several values counts.
        const query = Object.fromEntries([...searchParams].reverse());
        try {
          const { url } = await access(
            decode(pathname.slice(prefix.length)),
            query,
            addressesFor(request.headers).data,
          );
          return new Response(null, {
            status: 302,
            headers: { ...headers, Location: url },
          });
        } catch (error) {
          const status =
            error instanceof ProtocolError ? statusOf(error.code) : 500;
          if (!(error instanceof ProtocolError))
            logger.error({ err: error }, "serving an object failed");
          const text = error instanceof ProtocolError ? error.message : "";
          return new Response(text, { status, headers });
        }
      },
    },
  ];
}

const headers = {
  ...corsHeaders,
  // COMPAT: OpenIM calls these texts JSON, too (docs/wire/rest.md#http-status).
  "Content-Type": "application/json",
  "Cache-Control": "no-cache",
};

const statusOf = (code: number): number =>
  code === 1004 ? 404 : code === 1001 ? 400 : 500;

/** A path that is not UTF-8 names nothing. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
