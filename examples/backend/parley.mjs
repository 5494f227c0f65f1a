// A back end's connection to Parley: calls routes and verifies webhooks.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The error of a refused call. The meaning of `code` is stable, the text is not. */
export class Refused extends Error {
  constructor(route, { errCode, errMsg, errDlt }) {
    super(`${route}: ${errCode} ${errMsg} ${errDlt}`);
    this.code = errCode;
  }
}

/** Error codes of a token that is no longer valid. */
const tokenCodes = new Set([1501, 1503, 1504, 1505, 1506, 1507]);

/** Calls routes as an administrator; fetches a token when it needs one. */
export function createParley({ api, secret, adminUserID }) {
  let token;

  async function post(route, body, headers) {
    const response = await fetch(api + route, {
      method: "POST",
      headers: { operationID: randomUUID(), ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = await response.json();
    if (answer.errCode !== 0) throw new Refused(route, answer);
    return answer.data;
  }

  const signIn = () =>
    post("/auth/get_admin_token", { userID: adminUserID, secret }).then(
      (data) => data.token,
    );

  return async function call(route, body) {
    token ??= await signIn();
    try {
      return await post(route, body, { token });
    } catch (error) {
      if (!tokenCodes.has(error.code)) throw error;
      token = await signIn();
      return post(route, body, { token });
    }
  };
}

const maxAgeMs = 5 * 60_000;

/**
 * Returns whether Parley sent this body within the last five minutes. The signature
 * covers time and body, which limits replays. `body` must be the raw text: parsing
 * and printing it again would change it.
 */
export function isSigned(secret, headers, body, now = Date.now()) {
  const timestamp = headers["x-parley-timestamp"] ?? "";
  const given = Buffer.from(headers["x-parley-signature"] ?? "", "hex");
  const right = createHmac("sha256", secret)
    .update(`${timestamp}.${body}`)
    .digest();
  return (
    Math.abs(now - Number(timestamp)) < maxAgeMs &&
    given.length === right.length &&
    timingSafeEqual(given, right)
  );
}
