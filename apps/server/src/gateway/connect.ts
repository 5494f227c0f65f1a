import { errors } from "@parley/protocol/errors";
import type { ProtocolError } from "@parley/protocol/errors";
import { isPlatform } from "@parley/protocol/platforms";

/** What a client says of itself when it connects (gateway.md §1.1). */
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
 * (gateway.md §1.2). Throws 1602, or 500 for isBackground.
 */
export function readConnectRequest(
  query: URLSearchParams,
  compressionHeader: string | null,
): ConnectRequest {
  const packed = query.get("v");
  return check(
    packed ? readPacked(packed) : readQuery(query, compressionHeader),
  );
}

function readQuery(
  query: URLSearchParams,
  compressionHeader: string | null,
): ConnectRequest {
  const get = (name: string) => query.get(name) ?? "";
  const platform = get("platformID");
  if (!/^[+-]?\d+$/.test(platform))
    throw errors.connArgs(`platformID '${platform}' is not a number`);
  const wantsResult = get("isMsgResp") === "" ? false : readBool("isMsgResp");
  const isBackground = readBool("isBackground");
  if (wantsResult === undefined)
    throw errors.connArgs("isMsgResp is not a bool");
  if (isBackground === undefined)
    throw errors.internal("isBackground is missing or not a bool");
  return {
    userID: get("sendID"),
    token: get("token"),
    platformID: Number(platform),
    operationID: get("operationID"),
    isBackground,
    isGzip: (get("compression") || compressionHeader) === "gzip",
    sdkType: get("sdkType"),
    wantsResult,
  };

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
  return {
    userID: get<string>("userID", ""),
    token: get<string>("token", ""),
    platformID: get<number>("platformID", 0),
    operationID: get<string>("operationID", ""),
    isBackground: get<boolean>("background", false),
    isGzip: get<string>("compression", "") === "gzip",
    sdkType: get<string>("sdkType", ""),
    wantsResult: get<boolean>("sendResponse", false),
  };
}

function check(request: ConnectRequest): ConnectRequest {
  const { operationID, token, userID, platformID, sdkType } = request;
  if (operationID === "") throw errors.connArgs("operationID is empty");
  if (token === "") throw errors.connArgs("token is empty");
  if (userID === "") throw errors.connArgs("sendID is empty");
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
