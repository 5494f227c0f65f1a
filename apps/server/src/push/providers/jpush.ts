import { chunksOf } from "../../storage/chunks.ts";
import { postJSON, readAnswer, renderAnswer } from "./call.ts";
import type { Fetch } from "./call.ts";
import type { Guard } from "./guard.ts";
import { PushFailed } from "./provider.ts";
import type { PushText, Unsent, UserProvider } from "./provider.ts";

export interface JPushDeps {
  settings: {
    appKey: string;
    masterSecret: string;
    pushURL: string;
    pushIntent: string;
  };
  isProduction: boolean;
  guard: Guard;
  fetch: Fetch;
}

const timeoutMs = 5_000;
const usersAtOnce = 1_000;

/** Its requests are those of recorded/push.json. */
export function createJPush(deps: JPushDeps): UserProvider {
  const { settings, guard, fetch } = deps;
  const { appKey, masterSecret, pushURL } = settings;
  const key = Buffer.from(`${appKey}:${masterSecret}`).toString("base64");

  async function push(text: PushText, alias: readonly string[]): Promise<void> {
    const answer = await guard(() =>
      postJSON(fetch, {
        url: pushURL,
        headers: { authorization: `Basic ${key}` },
        body: renderBody(text, alias, deps),
        timeoutMs,
      }),
    );
    if (String(readAnswer(answer)["sendno"]) !== "0")
      throw new PushFailed(renderAnswer(answer));
  }

  return {
    name: "jpush",
    async pushToUsers(text, userIDs) {
      const unsent: Unsent[] = [];
      for (const alias of chunksOf(userIDs, usersAtOnce))
        try {
          await push(text, alias);
        } catch (error) {
          if (!(error instanceof PushFailed)) throw error;
          unsent.push({ userIDs: alias, detail: error.message });
        }
      return unsent;
    },
  };
}

function renderBody(
  text: PushText,
  alias: readonly string[],
  { settings, isProduction }: JPushDeps,
) {
  const { title, body, sound, raisesBadge } = text;
  const extras = { ClientMsgID: text.clientMsgID, ex: text.ex };
  return {
    platform: "all",
    audience: { alias },
    notification: {
      alert: body,
      android: {
        alert: body,
        title,
        intent: { url: settings.pushIntent },
        extras,
      },
      ios: {
        alert: { title, body },
        ...(sound !== "" && { sound }),
        ...(raisesBadge && { badge: "+1" }),
        extras,
        "mutable-content": true,
      },
    },
    message: { msg_content: body, title, extras },
    options: { apns_production: isProduction },
  };
}
