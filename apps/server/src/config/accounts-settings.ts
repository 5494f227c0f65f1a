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
 * are those of OpenIM's chat-rpc-chat.yml (docs/wire/accounts.md#verification-codes).
 */
export const AccountsSettings = Type.Object({
  enable: Type.Boolean({
    default: true,
    description:
      "People can register and sign in here. Off: your own service gives them accounts.",
  }),
  listen: text("The address of the accounts' API. Empty: that of `listen`."),
  adminListen: text(
    "The address of the administration's API, which stays on this machine unless you say otherwise. Empty: that of `listen`.",
    "127.0.0.1",
  ),
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
        "How codes reach phones: http (by the gateway below) or superCode (they do not: the super code is right, on loopback only). Empty: superCode on loopback, not at all elsewhere.",
      ),
      url: text(
        "The SMS gateway. In it {phone} (with its area code, like +8613800000000), {areaCode}, {number}, {code} and {lifetime} are replaced, as a URL needs it.",
      ),
      method: text("How the gateway is called: POST, PUT or GET.", "POST"),
      headers: Type.Array(
        Type.String({
          pattern: "^[A-Za-z0-9-]+:[^\\r\\n]*$",
          examples: ["Name: value"],
        }),
        {
          default: ["Content-Type: application/json"],
          description:
            "Headers of that call, each like Authorization: Basic …. The content type says how what is replaced in the body is written.",
        },
      ),
      body: text(
        "Body of that call; replaced is the same as in the URL.",
        '{"to":"{phone}","text":"Your verification code is {code}. It is valid for {lifetime}."}',
      ),
    }),
    mail: Type.Object({
      use: text(
        "How codes reach e-mail: mail (by the server below) or superCode (they do not: the super code is right, on loopback only). Empty: superCode on loopback, not at all elsewhere.",
      ),
      title: text("Subject of the mail.", "Your verification code"),
      senderMail: text(
        "Whom the mail is from, and who signs in to the server.",
      ),
      senderAuthorizationCode: text(
        "The password for it. Empty: the server asks for none.",
      ),
      smtpAddr: text("The SMTP server."),
      smtpPort: port(
        465,
        "Its port. 465 speaks TLS from the start; others when the server offers it.",
      ),
    }),
  }),
  signIn: Type.Object({
    wrongPasswords: atLeast(
      0,
      10,
      "Wrong passwords for one account before it has to wait; 0: no limit.",
    ),
    wrongPasswordsPerAddress: atLeast(
      0,
      50,
      "The same for one network address.",
    ),
    wrongPasswordsSeconds: atLeast(
      1,
      300,
      "Seconds in which wrong passwords are counted.",
    ),
  }),
  liveKit: Type.Object({
    url: text("Where clients reach LiveKit.", "ws://127.0.0.1:7880"),
    key: text("The key of LiveKit's API; empty: there are no calls."),
    secret: text("The secret that goes with it."),
  }),
});

export type AccountsSettings = Static<typeof AccountsSettings>;

export type CodeMode = "off" | "super" | "send";

/**
 * Returns how codes are sent, from the setting `use`. An empty one means the
 * super code on loopback and nothing elsewhere.
 */
export function codeModeOf(use: string, isLoopback: boolean): CodeMode {
  if (use === "") return isLoopback ? "super" : "off";
  return use.toLowerCase() === "supercode" ? "super" : "send";
}

/** Returns the first problem of the settings for codes, in one line. */
export function codeProblem(
  { enable, verifyCode }: AccountsSettings,
  isLoopback: boolean,
): string | undefined {
  if (!enable) return undefined;
  const { phone, mail } = verifyCode;
  for (const [name, { use }, sender] of [
    ["phone", phone, "http"],
    ["mail", mail, "mail"],
  ] as const) {
    const setting = `accounts.verifyCode.${name}.use`;
    if (!["", "supercode", sender].includes(use.toLowerCase()))
      return `${setting} '${use}' is none of superCode and ${sender}`;
    if (!isLoopback && codeModeOf(use, isLoopback) === "super")
      return `${setting} is superCode, with which anybody opens any account, and listen is not loopback: set it to ${sender}, or leave it empty to send no codes`;
  }
  if (codeModeOf(phone.use, isLoopback) === "send") {
    if (!/^https?:\/\//.test(phone.url))
      return "accounts.verifyCode.phone.use is http, so accounts.verifyCode.phone.url must be the gateway's, like https://host/path";
    if (!["POST", "PUT", "GET"].includes(phone.method))
      return `accounts.verifyCode.phone.method '${phone.method}' is none of POST, PUT and GET`;
    if (!(phone.url + phone.body).includes("{code}"))
      return "neither accounts.verifyCode.phone.url nor its body has {code}, so nobody would get one";
  }
  const missing = (["senderMail", "smtpAddr"] as const).filter(
    (name) => mail[name] === "",
  );
  if (codeModeOf(mail.use, isLoopback) === "send" && missing.length > 0)
    return `accounts.verifyCode.mail.use is mail, so these must be set: ${missing.map((name) => `accounts.verifyCode.mail.${name}`).join(", ")}`;
  return undefined;
}

/**
 * Key that signs the tokens of accounts. It is derived, so that it differs from
 * the IM server's secret.
 */
export const accountsSecret = (
  { secret }: AccountsSettings,
  imSecret: string,
): string =>
  secret ||
  createHmac("sha256", imSecret).update("parley accounts").digest("hex");
