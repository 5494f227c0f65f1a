import { createHmac } from "node:crypto";

import { Type } from "typebox";
import type { Static } from "typebox";

const text = (description: string, value = "") =>
  Type.String({ default: value, description });
const port = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 65_535, description });
const atLeast = (minimum: number, value: number, description: string) =>
  Type.Integer({ default: value, minimum, description });

/**
 * Accounts and their administration. The keys below `verifyCode` and `liveKit`
 * are those of OpenIM's chat-rpc-chat.yml (chat.md §6, §10).
 */
export const AccountsSettings = Type.Object({
  enable: Type.Boolean({
    default: true,
    description:
      "People can register and sign in here. Off: your own service gives them accounts.",
  }),
  port: port(10_008, "Port of the accounts' API; 0 takes any free one."),
  adminPort: port(
    10_009,
    "Port of the administration's API; 0 takes any free one.",
  ),
  imAddress: Type.String({
    default: "http://127.0.0.1:10002",
    pattern: "^https?://",
    examples: ["https://host/path"],
    description:
      "Where the IM server's REST API is, for accounts in a process of their own (`parley accounts`).",
  }),
  secret: text("Signs the tokens of accounts. Empty: derived from `secret`."),
  tokenPolicy: Type.Object({
    expire: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 36_500,
      description: "Days until a token of an account expires.",
    }),
  }),
  allowRegister: Type.Boolean({
    default: true,
    description:
      "People may register by themselves. What an administrator sets later counts more.",
  }),
  chatAdmin: Type.Array(Type.String({ minLength: 1 }), {
    default: ["chatAdmin"],
    description:
      "Accounts of administrators that are made at start if they are missing.",
  }),
  chatAdminPassword: text(
    "Their first password. Empty: the account's name, on loopback only; elsewhere they are not made.",
  ),
  verifyCode: Type.Object({
    validTime: atLeast(1, 300, "Seconds that a code lives."),
    validCount: atLeast(0, 5, "Wrong tries for one code; 0: no limit."),
    uintTime: atLeast(1, 86_400, "Seconds in which sent codes are counted."),
    maxCount: atLeast(1, 10, "Codes sent to one target in that time."),
    maxCountPerAddress: atLeast(
      1,
      100,
      "Codes sent for one network address in that time.",
    ),
    superCode: text(
      "The code that is right for everybody in super-code mode, for development.",
      "666666",
    ),
    len: Type.Integer({
      default: 6,
      minimum: 4,
      maximum: 12,
      description: "Digits of a code.",
    }),
    phone: Type.Object({
      use: text(
        "How codes reach phones: superCode (they do not: the super code is right, on loopback only) or http.",
        "superCode",
      ),
    }),
    mail: Type.Object({
      use: text(
        "How codes reach e-mail: superCode (they do not: the super code is right, on loopback only) or mail.",
        "superCode",
      ),
    }),
  }),
  liveKit: Type.Object({
    url: text("Where clients reach LiveKit.", "ws://127.0.0.1:7880"),
    key: text("The key of LiveKit's API; empty: there are no calls."),
    secret: text("The secret that goes with it."),
  }),
});

export type AccountsSettings = Static<typeof AccountsSettings>;

/** What signs the tokens of accounts: never the IM server's secret itself. */
export const accountsSecret = (
  { secret }: AccountsSettings,
  imSecret: string,
): string =>
  secret ||
  createHmac("sha256", imSecret).update("parley accounts").digest("hex");
