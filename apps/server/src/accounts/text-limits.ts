import { errors } from "@parley/protocol/errors";

/** Characters of what strangers may send; far more than anybody needs. */
const longest = {
  userID: 128,
  account: 256,
  nickname: 256,
  faceURL: 2_048,
  password: 256,
  deviceID: 256,
  verifyCode: 64,
  invitationCode: 128,
  keyword: 256,
  room: 256,
  identity: 256,
} as const;

/** Throws 1001 for a text that is too long to be meant. */
export function requireShort(
  texts: Partial<Record<keyof typeof longest, string | null>>,
): void {
  for (const [name, text] of Object.entries(texts)) {
    const limit = longest[name as keyof typeof longest];
    if (text && text.length > limit)
      throw errors.args(`${name} is longer than ${limit} characters`);
  }
}
