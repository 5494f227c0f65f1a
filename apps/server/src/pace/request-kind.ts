import { ReqIdentifier } from "@parley/protocol/envelope";

/**
 * What is refused first where there is too much to do: a change can be asked for
 * again, by whoever wants it. COMPAT: OpenIM's SDKs ask once for what they sync by,
 * and have no conversations or members for good when that is refused.
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
