import { createHash } from "node:crypto";

/** The bytes of a file, short enough to be written into a recording. */
export type Payload = PayloadPart | readonly PayloadPart[];

type PayloadPart =
  | string
  | { readonly text: string; readonly times?: number }
  | { readonly base64: string };

export function bytesOf(payload: Payload): Buffer<ArrayBuffer> {
  const parts = [payload].flat() as readonly PayloadPart[];
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part);
      if ("base64" in part) return Buffer.from(part.base64, "base64");
      return Buffer.from(String(part.text).repeat(part.times ?? 1));
    }),
  );
}

/** Returns the MD5 in hex. */
export function md5(bytes: Uint8Array | string): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** The decimal hash that a client sends of its ordered list of ids. */
export function idHash(ids: unknown): string {
  return BigInt(`0x${md5(JSON.stringify(ids)).slice(0, 16)}`).toString();
}
