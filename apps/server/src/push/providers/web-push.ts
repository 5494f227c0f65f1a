import { PlatformID } from "@parley/protocol/platforms";
import { generateRequestDetails, setVapidDetails } from "web-push";

import { createPacedLine } from "../../pace/line.ts";
import { post, renderAnswer } from "./call.ts";
import type { Fetch } from "./call.ts";
import type { Guard } from "./guard.ts";
import { pushToEach } from "./provider.ts";
import type { Device, DeviceProvider, PushText, Unsent } from "./provider.ts";
import { readSubscription } from "./token-forms.ts";
import type { Subscription } from "./token-forms.ts";

export interface WebPushDeps {
  settings: {
    publicKey: string;
    privateKey: string;
    subject: string;
    hosts: readonly string[];
  };
  /** One for each host that is allowed. */
  createGuard(name: string): Guard;
  fetch: Fetch;
}

const timeoutMs = 5_000;
/** Seconds for which the push service keeps a push for a closed browser. */
const keptSeconds = 7 * 86_400;

/** Throws when VAPID's keys or the subject have not the form they must have. */
export function requireVapid({
  publicKey,
  privateKey,
  subject,
}: WebPushDeps["settings"]): void {
  setVapidDetails(subject, publicKey, privateKey);
}

/** RFC 8030, 8291 and 8292: browsers, each at the push service of its maker. */
export function createWebPush(deps: WebPushDeps): DeviceProvider {
  const { settings, fetch } = deps;
  const { hosts, publicKey, privateKey, subject } = settings;
  const guards = new Map(
    hosts.map((host) => [host, deps.createGuard(`web push at ${host}`)]),
  );

  /** A tenth of a millisecond each, and a group may have thousands. */
  const sealing = createPacedLine(1);

  /** Users name these addresses: those of others are never called. */
  function findGuard(endpoint: string): Guard | undefined {
    const url = URL.parse(endpoint);
    if (!url) return undefined;
    const { hostname } = url;
    const host = hosts.find(
      (each) => hostname === each || hostname.endsWith(`.${each}`),
    );
    const isSafe = url.protocol === "https:" || hostname === "127.0.0.1";
    return host !== undefined && isSafe ? guards.get(host) : undefined;
  }

  /** undefined: its keys are none. */
  function seal(subscription: Subscription, text: PushText) {
    const { title, body, ex, clientMsgID, conversationID } = text;
    try {
      const request = generateRequestDetails(
        subscription,
        JSON.stringify({ title, body, ex, clientMsgID, conversationID }),
        {
          vapidDetails: { publicKey, privateKey, subject },
          TTL: keptSeconds,
          urgency: "high",
        },
      );
      return {
        url: request.endpoint,
        headers: toHeaders(request.headers),
        body: new Uint8Array(request.body ?? Buffer.of()),
      };
    } catch {
      return undefined;
    }
  }

  async function pushOne(
    text: PushText,
    device: Device,
  ): Promise<Unsent | undefined> {
    const subscription = readSubscription(device.token);
    const guard = subscription && findGuard(subscription.endpoint);
    if (!guard)
      return {
        userIDs: [device.userID],
        detail: "the host of its push service is not in push.webPush.hosts",
      };
    const request = await sealing(() =>
      Promise.resolve(seal(subscription, text)),
    );
    if (!request)
      return {
        userIDs: [device.userID],
        detail: "its keys are no keys",
        goneToken: device,
      };
    const answer = await guard(() => post(fetch, { ...request, timeoutMs }));
    if (answer.status >= 200 && answer.status < 300) return undefined;
    const isGone = answer.status === 404 || answer.status === 410;
    return {
      userIDs: [device.userID],
      detail: renderAnswer(answer),
      ...(isGone && { goneToken: device }),
    };
  }

  return {
    name: "webpush",
    takes: ({ platformID, token }) =>
      platformID === PlatformID.Web && readSubscription(token) !== undefined,
    sparesConnected: true,
    hasBadges: false,
    pushToDevices: (text, devices) =>
      pushToEach(devices, (device) => pushOne(text, device)),
  };
}

/** Ours sets the length itself. */
function toHeaders(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.toLowerCase() !== "content-length")
      .map(([name, value]) => [name, String(value)]),
  );
}
