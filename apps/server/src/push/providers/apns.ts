import { createPrivateKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { connect } from "node:http2";
import type { ClientHttp2Session } from "node:http2";

import { PlatformID } from "@parley/protocol/platforms";

import { AnswerTooLong, usualAnswerBytes } from "../../http/answer-body.ts";
import { codeOf, renderAnswer } from "./call.ts";
import type { ProviderAnswer } from "./call.ts";
import type { Guard } from "./guard.ts";
import { Away, PushFailed, pushToEach } from "./provider.ts";
import type { Device, DeviceProvider, PushText, Unsent } from "./provider.ts";
import { isAppleToken } from "./token-forms.ts";

export interface ApnsDeps {
  settings: { keyID: string; teamID: string; topic: string };
  /** The text of the .p8 file. */
  key: string;
  /** https://api.push.apple.com or the sandbox. */
  url: string;
  iosPush: { pushSound: string; badgeCount: boolean };
  guard: Guard;
  now: () => number;
  timeoutMs?: number;
}

const usualTimeoutMs = 5_000;
/**
 * Reconnects after this idle time, because NAT and proxies drop idle
 * connections.
 */
const idleMs = 120_000;
/** Apple refuses tokens older than an hour, and who makes them too often. */
const tokenMs = 50 * 60_000;
/** Seconds for which Apple keeps a push for a device that is off. */
const keptSeconds = 7 * 86_400;

const platforms: ReadonlySet<number> = new Set([
  PlatformID.IOS,
  PlatformID.IPad,
]);

/** Throws an error that says what is wrong with the key. */
export function readSigningKey(text: string): KeyObject {
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType !== "ec")
    throw new PushFailed("the key is not for ES256");
  return key;
}

/** Apple's push service, over one HTTP/2 connection. */
export function createApns(deps: ApnsDeps): DeviceProvider {
  const { settings, guard, iosPush, now } = deps;
  const key = readSigningKey(deps.key);
  let session: ClientHttp2Session | undefined;
  let usedAt = 0;
  /** The error for which requests of the session were cancelled. */
  let trouble: Error | undefined;
  let token = { text: "", until: 0 };

  function getSession(): ClientHttp2Session {
    const isFresh = now() - usedAt < idleMs;
    usedAt = now();
    if (session && isFresh && !session.closed && !session.destroyed)
      return session;
    session?.close();
    const opened = connect(deps.url);
    trouble = undefined;
    const forget = () => {
      if (session === opened) session = undefined;
    };
    opened.on("error", (error) => {
      trouble = error;
      forget();
    });
    opened.on("goaway", forget);
    opened.on("close", forget);
    // An idle connection keeps no process alive.
    opened.unref();
    session = opened;
    return opened;
  }

  function getToken(): string {
    if (now() < token.until) return token.text;
    token = {
      text: renderToken(key, settings, now()),
      until: now() + tokenMs,
    };
    return token.text;
  }

  function request(
    headers: Record<string, string>,
    body: string,
  ): Promise<ProviderAnswer> {
    return new Promise((resolve, reject) => {
      const used = getSession();
      const failed = (error: unknown) => {
        clearTimeout(timer);
        reject(new Away(`no answer: ${codeOf(trouble ?? error)}`));
      };
      const timer = setTimeout(() => {
        reject(new Away("no answer: TimeoutError"));
        // It may be the connection that is dead.
        used.destroy();
      }, deps.timeoutMs ?? usualTimeoutMs);
      try {
        const stream = used.request(headers);
        let status = 0;
        let text = "";
        stream.setEncoding("utf8");
        stream.on("response", (headers) => {
          status = Number(headers[":status"]);
        });
        stream.on("data", (part: string) => {
          text += part;
          if (text.length <= usualAnswerBytes) return;
          failed(new AnswerTooLong(usualAnswerBytes));
          stream.destroy();
        });
        stream.on("end", () => {
          if (status === 0) return; // said by what comes next
          clearTimeout(timer);
          resolve({ status, text });
        });
        stream.on("error", failed);
        stream.on("close", () => failed(new PushFailed("closed")));
        stream.end(body);
      } catch (error) {
        // It ended since the last one.
        failed(error);
      }
    });
  }

  async function call(
    device: Device,
    body: string,
    clientMsgID: string,
  ): Promise<ProviderAnswer> {
    const answer = await request(
      {
        ":method": "POST",
        ":path": `/3/device/${device.token}`,
        authorization: `bearer ${getToken()}`,
        "apns-topic": settings.topic,
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": String(Math.floor(now() / 1_000) + keptSeconds),
        // Takes at most 64 bytes; a message pushed twice is shown once.
        ...(/^[\w-]{1,64}$/.test(clientMsgID) && {
          "apns-collapse-id": clientMsgID,
        }),
      },
      body,
    );
    if (answer.status === 429 || answer.status >= 500)
      throw new Away(renderAnswer(answer));
    return answer;
  }

  async function pushOne(
    text: PushText,
    device: Device,
  ): Promise<Unsent | undefined> {
    const body = JSON.stringify(renderBody(text, device, iosPush));
    const send = () => guard(() => call(device, body, text.clientMsgID));
    let answer = await send();
    if (answer.status === 403 && answer.text.includes("ExpiredProviderToken")) {
      token.until = 0;
      answer = await send();
    }
    if (answer.status === 200) return undefined;
    const isGone =
      answer.status === 410 ||
      (answer.status === 400 && answer.text.includes("BadDeviceToken"));
    return {
      userIDs: [device.userID],
      detail: renderAnswer(answer),
      ...(isGone && { goneToken: device }),
    };
  }

  return {
    name: "apns",
    takes: ({ platformID, token }) =>
      platforms.has(platformID) && isAppleToken(token),
    sparesConnected: true,
    hasBadges: iosPush.badgeCount,
    pushToDevices: (text, devices) =>
      pushToEach(devices, (device) => pushOne(text, device)),
    close: () => session?.close(),
  };
}

function renderBody(
  { title, body, ex, sound: wanted, clientMsgID, conversationID }: PushText,
  { badge }: Device,
  { pushSound, badgeCount }: ApnsDeps["iosPush"],
) {
  const sound = wanted === "" ? pushSound : wanted;
  return {
    aps: {
      alert: { title, body },
      ...(sound !== "" && { sound }),
      ...(badgeCount && { badge }),
      "mutable-content": 1,
      "thread-id": conversationID,
    },
    ex,
    clientMsgID,
    conversationID,
  };
}

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

function renderToken(
  key: KeyObject,
  { keyID, teamID }: ApnsDeps["settings"],
  now: number,
): string {
  const header = base64url({ alg: "ES256", kid: keyID });
  const claims = base64url({ iss: teamID, iat: Math.floor(now / 1_000) });
  const signed = `${header}.${claims}`;
  const signature = sign("sha256", Buffer.from(signed), {
    key,
    dsaEncoding: "ieee-p1363",
  });
  return `${signed}.${signature.toString("base64url")}`;
}
