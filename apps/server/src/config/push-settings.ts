import { Type } from "./setting-types.ts";
import type { Static } from "./setting-types.ts";

/** Values of `push.enable`, in any letter case. */
export const pushProviders = [
  "getui",
  "fcm",
  "jpush",
  "apns",
  "webpush",
] as const;

export type PushProviderName = (typeof pushProviders)[number];

const text = (description: string, value = "") =>
  Type.String({ default: value, description });
const address = (description: string, value = "") =>
  Type.String({ default: value, pattern: "^($|https?://)", description });

/**
 * The keys of OpenIM's openim-push.yml as they are (docs/push.md), and ours
 * for APNs and Web Push, which it has not.
 */
export const PushSettings = Type.Object({
  enable: text(
    "Providers of offline pushes: getui, fcm, jpush, apns, webpush, separated by commas. Empty: no offline pushes.",
  ),
  getui: Type.Object({
    pushUrl: address(
      "The address of Getui's API, with the id of your app.",
      "https://restapi.getui.com/v2/$appId",
    ),
    masterSecret: text("The master secret of your app at Getui."),
    appKey: text("The key of your app at Getui."),
    intent: text("Not used, as in OpenIM."),
    channelID: text("The id of Android's notification channel."),
    channelName: text("The name of that channel."),
  }),
  fcm: Type.Object({
    filePath: text(
      "The service account's JSON file; relative to the folder of the settings file.",
    ),
    authURL: address(
      "The address from which that JSON is fetched if there is no file.",
    ),
    url: address(
      "The address of FCM's API, or of a relay to it.",
      "https://fcm.googleapis.com",
    ),
  }),
  jpush: Type.Object({
    appKey: text("The key of your app at JPush."),
    masterSecret: text("The master secret of your app at JPush."),
    pushURL: address(
      "The address of JPush's API.",
      "https://api.jpush.cn/v3/push",
    ),
    pushIntent: text("The Android intent that a tap on the push opens."),
  }),
  apns: Type.Object({
    keyPath: text(
      "Apple's signing key (.p8); relative to the folder of the settings file.",
    ),
    keyID: text("The id of the signing key."),
    teamID: text("The id of your team at Apple."),
    topic: text("The bundle id of the app."),
    url: address(
      "The address of APNs. Empty: Apple's production or sandbox server, depending on push.iosPush.production.",
    ),
  }),
  webPush: Type.Object({
    publicKey: text(
      "The VAPID public key with which browsers subscribe; `npx web-push generate-vapid-keys` creates both keys.",
    ),
    privateKey: text("The VAPID private key, which signs pushes."),
    subject: Type.String({
      default: "",
      pattern: "^($|mailto:|https://)",
      description:
        "Your contact address for push services: mailto:… or https://….",
    }),
    hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "notify.windows.com",
        "push.apple.com",
      ],
      description:
        "Allowed hosts (and their subdomains) of browsers' push services; no other address is called.",
    }),
  }),
  iosPush: Type.Object({
    pushSound: text(
      "The iOS sound if the message names none (fcm, apns).",
      "default",
    ),
    badgeCount: Type.Boolean({
      default: true,
      description: "Pushes set the number on iOS icons (fcm, apns).",
    }),
    production: Type.Boolean({
      default: false,
      description:
        "Push to production builds of the app rather than to sandbox builds (jpush, apns).",
    }),
  }),
  sendWithin: Type.Integer({
    default: 600,
    minimum: 1,
    maximum: 86_400,
    description:
      "Seconds after which a message is too old for a push that failed or was interrupted, as by a crash.",
  }),
  reasonDays: Type.Integer({
    default: 7,
    minimum: 0,
    maximum: 365,
    description:
      "Days for which the reasons of unsent pushes are kept; 0: none are kept.",
  }),
});

export type PushSettings = Static<typeof PushSettings>;

export function listEnabledProviders({ enable }: PushSettings): string[] {
  const names = enable.split(",").map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ""))];
}

/** Returns the first problem of the enabled providers' settings. */
export function pushProblem(push: PushSettings): string | undefined {
  const names = listEnabledProviders(push);
  const unknown = names.find(
    (name) => !(pushProviders as readonly string[]).includes(name),
  );
  if (unknown !== undefined)
    return `push.enable names the unknown provider '${unknown}'; the providers are ${pushProviders.join(", ")}`;
  for (const name of names as PushProviderName[]) {
    const missing = missingSettings(push, name);
    if (missing.length > 0)
      return `push.enable names ${name}, so these must be set: ${missing.join(", ")}`;
  }
  return undefined;
}

function missingSettings(
  { getui, fcm, jpush, apns, webPush }: PushSettings,
  name: PushProviderName,
): string[] {
  const missing = (
    block: string,
    values: object,
    needed: readonly string[],
  ): string[] =>
    needed
      .filter((key) => (values as Record<string, unknown>)[key] === "")
      .map((key) => `push.${block}.${key}`);
  switch (name) {
    case "getui":
      return [
        ...(getui.pushUrl.includes("$appId") ? ["push.getui.pushUrl"] : []),
        ...missing("getui", getui, ["pushUrl", "masterSecret", "appKey"]),
      ];
    case "fcm":
      return [
        ...(fcm.filePath === "" && fcm.authURL === ""
          ? ["push.fcm.filePath or push.fcm.authURL"]
          : []),
        ...missing("fcm", fcm, ["url"]),
      ];
    case "jpush":
      return missing("jpush", jpush, ["appKey", "masterSecret", "pushURL"]);
    case "apns":
      return missing("apns", apns, ["keyPath", "keyID", "teamID", "topic"]);
    case "webpush":
      return missing("webPush", webPush, [
        "publicKey",
        "privateKey",
        "subject",
      ]);
  }
}
