import { createHash } from "node:crypto";

import { chunksOf } from "../../storage/chunks.ts";
import { postJSON, readAnswer } from "./call.ts";
import type { Fetch } from "./call.ts";
import type { Guard } from "./guard.ts";
import { PushFailed } from "./provider.ts";
import type { PushText, Unsent, UserProvider } from "./provider.ts";

export interface GetuiDeps {
  settings: {
    pushUrl: string;
    masterSecret: string;
    appKey: string;
    channelID: string;
    channelName: string;
  };
  guard: Guard;
  fetch: Fetch;
  now: () => number;
}

const timeoutMs = 3_000;
/** Getui's tokens live for a day. */
const tokenMs = 23 * 3_600_000;
/** Pause before the next sign-in after a failed one. */
const refusedMs = 10_000;
const usersAtOnce = 999;
const tokenExpired = 10_001;

/** Its requests are those of recorded/push.json, to the last null. */
export function createGetui(deps: GetuiDeps): UserProvider {
  const { settings, guard, fetch, now } = deps;
  let token: { text: Promise<string>; until: number } | undefined;

  async function call(
    path: string,
    headers: Record<string, string>,
    body: object,
  ): Promise<Record<string, unknown>> {
    const answer = readAnswer(
      await guard(() =>
        postJSON(fetch, {
          url: settings.pushUrl + path,
          headers,
          body,
          timeoutMs,
        }),
      ),
    );
    if (answer["code"] === 0) return toObject(answer["data"]);
    const { code, msg } = answer;
    throw new Refused(Number(code), typeof msg === "string" ? msg : "");
  }

  async function signIn(): Promise<string> {
    const timestamp = String(now());
    const { appKey, masterSecret } = settings;
    const sign = createHash("sha256")
      .update(appKey + timestamp + masterSecret)
      .digest("hex");
    const data = await call("/auth", {}, { sign, timestamp, appkey: appKey });
    if (typeof data["token"] !== "string")
      throw new PushFailed("getui's /auth answered no token");
    return data["token"];
  }

  function getToken(): Promise<string> {
    if (token && now() < token.until) return token.text;
    const fresh = { text: signIn(), until: now() + tokenMs };
    token = fresh;
    // Caches the failure: a wrong secret fails for the next message, too.
    fresh.text.catch(() => (fresh.until = now() + refusedMs));
    return fresh.text;
  }

  async function push(
    path: string,
    body: object,
  ): Promise<Record<string, unknown>> {
    try {
      return await call(path, { token: await getToken() }, body);
    } catch (error) {
      if (error instanceof Refused && error.code === tokenExpired) {
        token = undefined;
        // COMPAT: the next one finds a fresh token, this one is lost (docs/push.md).
        await getToken().catch(() => undefined);
      }
      throw error;
    }
  }

  return {
    name: "getui",
    async pushToUsers(text, userIDs) {
      const content = renderContent(text, settings);
      if (userIDs.length === 1) {
        await push("/push/single/alias", {
          request_id: text.operationID,
          settings: null,
          audience: { alias: userIDs },
          ...content,
          is_async: null,
          taskid: null,
        });
        return [];
      }
      const { taskid } = await push("/push/list/message", {
        request_id: null,
        settings: { ttl: 300_000, strategy: { default: 1 } },
        audience: null,
        ...content,
        is_async: null,
        taskid: null,
      });
      const unsent: Unsent[] = [];
      for (const alias of chunksOf(userIDs, usersAtOnce))
        try {
          await push("/push/list/alias", {
            request_id: null,
            settings: null,
            audience: { alias },
            push_message: null,
            push_channel: null,
            is_async: true,
            taskid,
          });
        } catch (error) {
          if (!(error instanceof PushFailed)) throw error;
          unsent.push({ userIDs: alias, detail: error.message });
        }
      return unsent;
    },
  };
}

class Refused extends PushFailed {
  readonly code: number;

  constructor(code: number, message: string) {
    super(`code ${code} ${message}`.slice(0, 300).trim());
    this.code = code;
  }
}

const toObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)
    : {};

function renderContent(
  { title, body }: PushText,
  { channelID, channelName }: GetuiDeps["settings"],
) {
  return {
    push_message: {
      notification: {
        title,
        body,
        channelID,
        ChannelName: channelName,
        click_type: "startapp",
        badge_add_num: "1",
        category: "CATEGORY_MESSAGE",
      },
    },
    push_channel: {
      ios: {
        type: "notify",
        auto_badge: "+1",
        aps: { sound: "default", alert: { title, body } },
      },
      android: {
        ups: {
          notification: {
            title,
            body,
            channelID: "",
            ChannelName: "",
            click_type: "startapp",
            badge_add_num: "",
            category: "",
          },
          options: {
            HW: {
              "/message/android/notification/default_sound": false,
              "/message/android/notification/channel_id": "RingRing4",
              "/message/android/notification/sound": "/raw/ring001",
              "/message/android/notification/importance": "NORMAL",
              "/message/android/category": "IM",
            },
            XM: { "/extra.channel_id": "high_system" },
            VV: { "/classification": 1 },
          },
        },
      },
    },
  };
}
