import { ReqIdentifier } from "@parley/protocol/envelope";

/**
 * Overload refuses changes first, because callers can repeat them. COMPAT:
 * OpenIM's SDKs sync once and do not retry, so a refused read leaves them
 * without conversations or members for good.
 */
export type RequestKind = "change" | "read";

const reading =
  /(^|[/_])(get|find|search|is|page|pull|newest|latest|check|parse|explain|access|limit|size|subscribe|statistics?)([/_]|$)/;
/** They make tokens, by which more will be asked. */
const signingIn = /^\/auth\/get_/;

export const kindOfRoute = (path: string): RequestKind =>
  reading.test(path) && !signingIn.test(path) ? "read" : "change";

export const kindOfFrame = (reqIdentifier: number): RequestKind =>
  reqIdentifier === ReqIdentifier.sendMsg ? "change" : "read";
