import { readFile } from "node:fs/promises";

import { listEnabledProviders } from "../../config/push-settings.ts";
import type {
  PushProviderName,
  PushSettings,
} from "../../config/push-settings.ts";
import { readAnswerText } from "../../http/answer-body.ts";
import type { Fetch } from "./call.ts";
import { createGetui } from "./getui.ts";
import { createGuard } from "./guard.ts";
import { createJPush } from "./jpush.ts";
import { PushFailed } from "./provider.ts";
import type { Provider } from "./provider.ts";

export interface OpenProvidersDeps {
  settings: PushSettings;
  fetch: Fetch;
  now: () => number;
}

/** One call carries many users … */
const callsOfUsers = 32;
/** … or one device. */
const callsOfDevices = 100;
const accountTimeoutMs = 10_000;

/** Opens the enabled providers; throws an error that names a wrong setting. */
export function openProviders(deps: OpenProvidersDeps): Promise<Provider[]> {
  const names = listEnabledProviders(deps.settings) as PushProviderName[];
  return Promise.all(names.map((name) => openProvider(name, deps)));
}

/** Loads a provider's code only if it is enabled. */
async function openProvider(
  name: PushProviderName,
  { settings, fetch, now }: OpenProvidersDeps,
): Promise<Provider> {
  const { getui, jpush, fcm, apns, webPush, iosPush } = settings;
  switch (name) {
    case "getui": {
      const guard = createGuard({ name, concurrency: callsOfUsers, now });
      return createGetui({ settings: getui, guard, fetch, now });
    }
    case "jpush": {
      const guard = createGuard({ name, concurrency: callsOfUsers, now });
      const isProduction = iosPush.production;
      return createJPush({ settings: jpush, isProduction, guard, fetch });
    }
    case "fcm": {
      const { createFcm, readServiceAccount } = await import("./fcm.ts");
      const load =
        fcm.filePath !== ""
          ? await readSetting("push.fcm.filePath", async () => {
              const text = await readFile(fcm.filePath, "utf8");
              const account = readServiceAccount(text);
              return () => Promise.resolve(account);
            })
          : async () => readServiceAccount(await download(fetch, fcm.authURL));
      const guard = createGuard({ name, concurrency: callsOfDevices, now });
      return createFcm({
        loadAccount: load,
        url: fcm.url,
        iosPush,
        guard,
        fetch,
        now,
      });
    }
    case "apns": {
      const { createApns } = await import("./apns.ts");
      const host = iosPush.production ? "api.push" : "api.sandbox.push";
      const url = apns.url === "" ? `https://${host}.apple.com` : apns.url;
      const guard = createGuard({ name, concurrency: callsOfDevices, now });
      return readSetting("push.apns.keyPath", async () => {
        const key = await readFile(apns.keyPath, "utf8");
        return createApns({ settings: apns, key, url, iosPush, guard, now });
      });
    }
    case "webpush": {
      const { createWebPush, requireVapid } = await import("./web-push.ts");
      return readSetting("push.webPush", () => {
        requireVapid(webPush);
        return createWebPush({
          settings: webPush,
          createGuard: (name) =>
            createGuard({ name, concurrency: callsOfDevices, now }),
          fetch,
        });
      });
    }
  }
}

async function readSetting<T>(
  name: string,
  read: () => T | Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}: ${message}`, { cause: error });
  }
}

async function download(fetch: Fetch, url: string): Promise<string> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(accountTimeoutMs),
    });
    if (response.ok) return await readAnswerText(response);
  } catch {
    // said below, without what an address may hold
  }
  throw new PushFailed("push.fcm.authURL gives no service account");
}
