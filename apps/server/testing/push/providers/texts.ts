import type { PushText } from "../../../src/push/providers/provider.ts";

/** A text with everything in it. */
export const text: PushText = {
  title: "Ann",
  body: "[TEXT]",
  ex: '{"room":1}',
  sound: "",
  raisesBadge: false,
  clientMsgID: "c1",
  conversationID: "si_ann_bob",
  operationID: "op",
};

/** Lets everything through, so that a test sees each call by itself. */
export const open = <T>(call: () => Promise<T>): Promise<T> => call();

/** The parts of a JWT, read. */
export function readToken(token: string) {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<
      string,
      unknown
    >;
  return {
    header: read(header),
    claims: read(claims),
    signed: Buffer.from(`${header}.${claims}`),
    signature: Buffer.from(signature, "base64url"),
  };
}
