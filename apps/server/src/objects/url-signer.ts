import { createHmac, timingSafeEqual } from "node:crypto";

/** Everything an address permits; a changed one is another signature. */
export interface Grant {
  method: "GET" | "PUT" | "POST";
  /** Key of a content, or id of an upload. */
  subject: string;
  partNumber?: number;
  contentType?: string;
  disposition?: string;
  /** UTC milliseconds. */
  expires: number;
}

export interface URLSigner {
  sign(grant: Grant): string;
  /** The signature is ours and has not expired. */
  verify(grant: Grant, signature: string): boolean;
}

/** The key is derived, so that an address says nothing about the secret. */
export function createURLSigner(secret: string, now: () => number): URLSigner {
  const key = createHmac("sha256", secret)
    .update("parley: addresses of objects")
    .digest();

  const sign = (grant: Grant): string =>
    createHmac("sha256", key)
      .update(
        JSON.stringify([
          grant.method,
          grant.subject,
          grant.partNumber ?? 0,
          grant.contentType ?? "",
          grant.disposition ?? "",
          grant.expires,
        ]),
      )
      .digest("base64url");

  return {
    sign,
    verify(grant, signature) {
      const [given, right] = [Buffer.from(signature), Buffer.from(sign(grant))];
      return (
        given.length === right.length &&
        timingSafeEqual(given, right) &&
        grant.expires > now()
      );
    },
  };
}
