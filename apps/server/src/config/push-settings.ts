import { Type } from "typebox";
import type { Static } from "typebox";

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
    "Who carries offline pushes: getui, fcm, jpush, apns, webpush, or several with commas. Empty: nobody.",
  ),
  getui: Type.Object({
    pushUrl: address(
      "Getui's API with the id of your app.",
      "https://restapi.getui.com/v2/$appId",
    ),
    masterSecret: text("Getui's secret of your app."),
    appKey: text("Getui's key of your app."),
    intent: text("Not used, as in OpenIM."),
    channelID: text("Android's notification channel."),
    channelName: text("Its name."),
  }),
  fcm: Type.Object({
    filePath: text(
      "The service account's JSON file, from the folder of the settings file.",
    ),
    authURL: address("Where that JSON is found if there is no file."),
    url: address("FCM's API, or a relay to it.", "https://fcm.googleapis.com"),
  }),
  jpush: Type.Object({
    appKey: text("JPush's key of your app."),
    masterSecret: text("JPush's secret of your app."),
    pushURL: address("JPush's API for pushes.", "https://api.jpush.cn/v3/push"),
    pushIntent: text("What Android opens."),
  }),
  apns: Type.Object({
    keyPath: text(
      "Apple's signing key (.p8), from the folder of the settings file.",
    ),
    keyID: text("The key's id."),
    teamID: text("Your team's id."),
    topic: text("The app's bundle id."),
    url: address(
      "APNs. Empty: Apple's, the sandbox or not as iosPush.production says.",
    ),
  }),
  webPush: Type.Object({
    publicKey: text(
      "The VAPID key that browsers subscribe with; `npx web-push generate-vapid-keys` makes both.",
    ),
    privateKey: text("The VAPID key that signs."),
    subject: Type.String({
      default: "",
      pattern: "^($|mailto:|https://)",
      description: "Whom push services may ask: mailto:… or https://….",
    }),
    hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "notify.windows.com",
        "push.apple.com",
      ],
      description:
        "Hosts, with their subdomains, of push services that browsers may name; no other address is called.",
    }),
  }),
  iosPush: Type.Object({
    pushSound: text(
      "iOS's sound where the message names none (fcm, apns).",
      "default",
    ),
    badgeCount: Type.Boolean({
      default: true,
      description: "Pushes set the number on iOS icons (fcm, apns).",
    }),
    production: Type.Boolean({
      default: false,
      description: "The app is of the store, not of the sandbox (jpush, apns).",
    }),
  }),
  reasonDays: Type.Integer({
    default: 7,
    minimum: 0,
    maximum: 365,
    description:
      "Days that an operator can look up why a push was not sent; 0 keeps no reasons.",
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
    return `push.enable names '${unknown}', which is none of ${pushProviders.join(", ")}`;
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
