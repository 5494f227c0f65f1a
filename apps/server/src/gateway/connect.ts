import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";
import { isPlatform } from "@parley/protocol/platforms";

/** Parameters of a connecting client (docs/wire/sockets.md#connect). */
export interface ConnectRequest {
  userID: string;
  token: string;
  platformID: number;
  operationID: string;
  isBackground: boolean;
  isGzip: boolean;
  sdkType: string;
  /** The connect result goes out as a first TEXT frame. */
  wantsResult: boolean;
}

/**
 * Reads the query of a connect request, in OpenIM's order of checks
 * (docs/wire/sockets.md#connect). Throws 1602, or 500 for isBackground.
 */
export function readConnectRequest(
  query: URLSearchParams,
  compressionHeader: string | null,
): ConnectRequest {
  const packed = query.get("v");
  return packed ? readPacked(packed) : readQuery(query, compressionHeader);
}

/** Mandatory keys of a query; a refusal names all missing ones. */
const requiredKeys = [
  "sendID",
  "token",
  "platformID",
  "operationID",
  "isBackground",
] as const;

function readQuery(
  query: URLSearchParams,
  compressionHeader: string | null,
): ConnectRequest {
  const get = (name: string) => query.get(name) ?? "";
  const missing = requiredKeys.filter((name) => get(name) === "");
  const absence = `missing in the query: ${missing.join(", ")}`;
  const platform = get("platformID");
  if (!/^[+-]?\d+$/.test(platform))
    throw errors.connArgs(
      platform === "" ? absence : `platformID '${platform}' is not a number`,
    );
  const wantsResult = get("isMsgResp") === "" ? false : readBool("isMsgResp");
  const isBackground = readBool("isBackground");
  if (wantsResult === undefined)
    throw errors.connArgs("isMsgResp is not true or false");
  if (isBackground === undefined)
    throw errors.internal(
      get("isBackground") === ""
        ? absence
        : "isBackground is not true or false",
    );
  const request = {
    userID: get("sendID"),
    token: get("token"),
    platformID: Number(platform),
    operationID: get("operationID"),
    isBackground,
    isGzip: (get("compression") || compressionHeader) === "gzip",
    sdkType: get("sdkType"),
    wantsResult,
  };
  return check(request, absence);

  function readBool(name: string): boolean | undefined {
    const text = get(name);
    if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
    return undefined;
  }
}

/** The form with one key `v`: base64url JSON without padding. */
function readPacked(packed: string): ConnectRequest {
  // One letter beyond whole groups of four holds no byte.
  if (!/^[\w-]+$/.test(packed) || packed.length % 4 === 1)
    throw errors.connArgs("v is not base64url");
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(packed, "base64url").toString());
  } catch {
    throw errors.connArgs("v holds no JSON");
  }
  if (keys === null || typeof keys !== "object" || Array.isArray(keys))
    throw errors.connArgs("v holds no JSON object");
  const get = <T>(name: string, otherwise: T): T => {
    const value = (keys as Record<string, unknown>)[name] ?? otherwise;
    if (typeof value !== typeof otherwise)
      throw errors.connArgs(`${name} in v is not a ${typeof otherwise}`);
    return value as T;
  };
  const request = {
    userID: get<string>("userID", ""),
    token: get<string>("token", ""),
    platformID: get<number>("platformID", 0),
    operationID: get<string>("operationID", ""),
    isBackground: get<boolean>("background", false),
    isGzip: get<string>("compression", "") === "gzip",
    sdkType: get<string>("sdkType", ""),
    wantsResult: get<boolean>("sendResponse", false),
  };
  const missing = (["userID", "token", "platformID", "operationID"] as const)
    // A missing number reads as 0, which is not a platform.
    .filter((name) => request[name] === "" || request[name] === 0);
  return check(request, `missing in v: ${missing.join(", ")}`);
}

/** `absence` says all that is missing, if something is. */
function check(request: ConnectRequest, absence: string): ConnectRequest {
  const { operationID, token, userID, platformID, sdkType } = request;
  if (operationID === "" || token === "" || userID === "")
    throw errors.connArgs(absence);
  if (!isPlatform(platformID))
    throw errors.connArgs(`platformID ${platformID} is unknown`);
  if (sdkType !== "" && sdkType !== "go" && sdkType !== "js")
    throw errors.connArgs(`sdkType '${sdkType}' is unknown`);
  return request;
}

/** The connect result, as a first TEXT frame or as the body of a refusal. */
export function connectResult(error?: ProtocolError): string {
  return JSON.stringify({
    errCode: error?.code ?? 0,
    errMsg: error?.errMsg ?? "",
    errDlt: error?.detail ?? "",
  });
}

/**
 * The client can read the body of an answer without an upgrade. Standard
 * WebSockets, browsers among them, cannot; they also offer compression, which
 * the Go SDKs never do (docs/wire/sockets.md#refusals).
 */
export const readsRefusals = (headers: Headers): boolean =>
  !headers.has("origin") && !headers.has("sec-websocket-extensions");

/** Close code of refusals: "policy violation" is the nearest one. */
export const refusedCode = 1008;

/** Returns the reason of a close frame, which holds at most 123 bytes. */
export function closeReason(why: string): string {
  const bytes = new TextEncoder().encode(why);
  // A letter that was cut in two is left out.
  return new TextDecoder()
    .decode(bytes.subarray(0, 123))
    .replace(/\uFFFD+$/, "");
}
