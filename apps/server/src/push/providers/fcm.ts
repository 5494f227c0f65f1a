import { sign } from "node:crypto";

import { PlatformID } from "@parley/protocol/platforms";

import { post, postJSON, readAnswer, renderAnswer } from "./call.ts";
import type { ProviderAnswer, Fetch } from "./call.ts";
import type { Guard } from "./guard.ts";
import { PushFailed, pushToEach } from "./provider.ts";
import type { Device, DeviceProvider, PushText, Unsent } from "./provider.ts";
import { isAppleToken, readSubscription } from "./token-forms.ts";

/** The members of a service account's JSON file that are used. */
export interface ServiceAccount {
  project_id: string;
  client_email: string;
  private_key: string;
  private_key_id?: string;
  token_uri: string;
}

export interface FcmDeps {
  /** Asked again until it answered. */
  loadAccount(): Promise<ServiceAccount>;
  /** https://fcm.googleapis.com. */
  url: string;
  iosPush: { pushSound: string; badgeCount: boolean };
  guard: Guard;
  fetch: Fetch;
  now: () => number;
}

const timeoutMs = 5_000;
const scope = "https://www.googleapis.com/auth/firebase.messaging";
const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** A token is not used in its last minute. */
const marginMs = 60_000;
/** Pause before the next sign-in after a failed one. */
const refusedMs = 10_000;

/** docs/push.md: of these platforms only. */
const platforms: ReadonlySet<number> = new Set([
  PlatformID.IOS,
  PlatformID.Android,
  PlatformID.Web,
]);

/** Throws an error that names what the text lacks. */
export function readServiceAccount(text: string): ServiceAccount {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PushFailed("the service account is not JSON");
  }
  const account = {
    token_uri: "https://oauth2.googleapis.com/token",
    ...(value as Partial<ServiceAccount>),
  };
  for (const name of ["project_id", "client_email", "private_key"] as const)
    if (typeof account[name] !== "string" || account[name] === "")
      throw new PushFailed(`the service account has no ${name}`);
  return account as ServiceAccount;
}

/** Firebase Cloud Messaging, HTTP v1: one call for each device. */
export function createFcm(deps: FcmDeps): DeviceProvider {
  const { guard, fetch, now } = deps;
  let account: Promise<ServiceAccount> | undefined;
  let token: { text: Promise<string>; until: number } | undefined;

  function getAccount(): Promise<ServiceAccount> {
    account ??= deps.loadAccount();
    account.catch(() => (account = undefined));
    return account;
  }

  async function signIn(fresh: { until: number }): Promise<string> {
    const account = await getAccount();
    const answer = await guard(() =>
      post(fetch, {
        url: account.token_uri,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: grant,
          assertion: renderAssertion(account, now()),
        }).toString(),
        timeoutMs,
      }),
    );
    const { access_token, expires_in } = readAnswer(answer);
    if (typeof access_token !== "string")
      throw new PushFailed(
        `the service account was refused: ${renderAnswer(answer)}`,
      );
    fresh.until = now() + Number(expires_in) * 1_000 - marginMs;
    return access_token;
  }

  function getToken(): Promise<string> {
    if (token && now() < token.until) return token.text;
    const fresh = { text: Promise.resolve(""), until: Infinity };
    fresh.text = signIn(fresh);
    // Caches the failure: a wrong account fails for the next message, too.
    fresh.text.catch(() => (fresh.until = now() + refusedMs));
    token = fresh;
    return fresh.text;
  }

  async function call(body: object): Promise<ProviderAnswer> {
    const { project_id } = await getAccount();
    const send = async () => {
      const bearer = await getToken();
      const used = token;
      const answer = await guard(() =>
        postJSON(fetch, {
          url: `${deps.url}/v1/projects/${project_id}/messages:send`,
          headers: { authorization: `Bearer ${bearer}` },
          body,
          timeoutMs,
        }),
      );
      // Withdrawn before its time: the next call gets another.
      if (answer.status === 401 && token === used) token = undefined;
      return answer;
    };
    const answer = await send();
    return answer.status === 401 ? send() : answer;
  }

  async function pushOne(
    text: PushText,
    device: Device,
  ): Promise<Unsent | undefined> {
    const message = renderMessage(text, device, deps.iosPush);
    const answer = await call({ message });
    if (answer.status === 200) return undefined;
    return {
      userIDs: [device.userID],
      detail: renderAnswer(answer),
      ...(isGone(answer) && { goneToken: device }),
    };
  }

  return {
    name: "fcm",
    takes: ({ platformID, token }) =>
      platforms.has(platformID) &&
      !isAppleToken(token) &&
      !readSubscription(token),
    sparesConnected: false,
    hasBadges: deps.iosPush.badgeCount,
    async pushToDevices(text, devices) {
      // Without an account nothing goes: one reason for all of them.
      await getToken();
      return pushToEach(devices, (device) => pushOne(text, device));
    },
  };
}

function renderMessage(
  { title, body, ex, sound: wanted }: PushText,
  { token, badge }: Device,
  { pushSound, badgeCount }: FcmDeps["iosPush"],
) {
  const sound = wanted === "" ? pushSound : wanted;
  const aps = {
    ...(sound !== "" && { sound }),
    ...(badgeCount && { badge }),
  };
  return {
    token,
    notification: { title, body },
    data: { ex },
    apns: { payload: { aps } },
  };
}

/** UNREGISTERED, or never a token of FCM's. */
function isGone({ status, text }: ProviderAnswer): boolean {
  if (status === 404) return text.includes("UNREGISTERED");
  return (
    status === 400 &&
    text.includes("INVALID_ARGUMENT") &&
    /message\.token|registration token/.test(text)
  );
}

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

/** RFC 7523, as Google wants it. */
function renderAssertion(account: ServiceAccount, now: number): string {
  const iat = Math.floor(now / 1_000);
  const header = {
    alg: "RS256",
    typ: "JWT",
    ...(account.private_key_id && { kid: account.private_key_id }),
  };
  const claims = {
    iss: account.client_email,
    scope,
    aud: account.token_uri,
    iat,
    exp: iat + 3_600,
  };
  const signed = `${base64url(header)}.${base64url(claims)}`;
  const signature = sign(
    "RSA-SHA256",
    Buffer.from(signed),
    account.private_key,
  );
  return `${signed}.${signature.toString("base64url")}`;
}
