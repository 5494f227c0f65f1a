/** A push subscription of a browser, as its toJSON() returns it. */
export interface Subscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** Apple's own tokens; those of FCM for iOS have other letters, too. */
export const isAppleToken = (token: string): boolean =>
  /^[0-9a-f]{64,200}$/i.test(token);

/** undefined: another provider's token. */
export function readSubscription(token: string): Subscription | undefined {
  if (!token.startsWith("{")) return undefined;
  try {
    const { endpoint, keys } = JSON.parse(token) as Partial<Subscription>;
    const isWhole =
      typeof endpoint === "string" &&
      typeof keys?.p256dh === "string" &&
      Buffer.from(keys.p256dh, "base64url").length === 65 &&
      typeof keys.auth === "string" &&
      Buffer.from(keys.auth, "base64url").length >= 16;
    return isWhole ? { endpoint, keys } : undefined;
  } catch {
    return undefined;
  }
}
