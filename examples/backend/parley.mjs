// How a back end speaks with Parley: it calls routes, and checks what calls it.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** A route said no. `code` never changes its meaning; the words may. */
export class Refused extends Error {
  constructor(route, { errCode, errMsg, errDlt }) {
    super(`${route}: ${errCode} ${errMsg} ${errDlt}`);
    this.code = errCode;
  }
}

/** Codes that say that a token is good no longer. */
const tokenCodes = new Set([1501, 1503, 1504, 1505, 1506, 1507]);

/** Calls routes as an administrator; the token is got when it is needed. */
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
 * Whether Parley sent this body a moment ago: the signature is of time and body, so
 * one that was overheard is good for five minutes and for this body only. `body` is
 * the text as it came: to parse it and to print it again would change it.
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
