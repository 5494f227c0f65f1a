import { createHmac } from "node:crypto";

import { Type } from "./setting-types.ts";
import type { Static } from "./setting-types.ts";

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
      "People register and sign in at this server. Off: your own service has the accounts.",
  }),
  listen: text("The address of the accounts' API. Empty: that of `listen`."),
  adminListen: text(
    "The address of the administration's API; by default only this machine reaches it. Empty: that of `listen`.",
    "127.0.0.1",
  ),
  port: port(10_008, "Port of the accounts' API; 0 picks a free port."),
  adminPort: port(
    10_009,
    "Port of the administration's API; 0 picks a free port.",
  ),
  imAddress: Type.String({
    default: "http://127.0.0.1:10002",
    pattern: "^https?://",
    examples: ["https://host/path"],
    description:
      "The address of the IM server's REST API, for accounts in a process of their own (`parley accounts`).",
  }),
  secret: text("Signs the tokens of accounts. Empty: derived from `secret`."),
  tokenPolicy: Type.Object({
    expire: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 36_500,
      description: "Days until the token of an account expires.",
    }),
  }),
  allowRegister: Type.Boolean({
    default: true,
    description:
      "People may register by themselves. An administrator's later choice overrides this setting.",
  }),
  chatAdmin: Type.Array(Type.String({ minLength: 1 }), {
    default: ["chatAdmin"],
    description:
      "Accounts of administrators, created at start if they are missing.",
  }),
  chatAdminPassword: text(
    "The first password of these administrators. Empty: the account's name, on loopback only; elsewhere they are not created.",
  ),
  verifyCode: Type.Object({
    validTime: atLeast(1, 300, "Seconds for which a code is valid."),
    validCount: atLeast(0, 5, "Wrong attempts for one code; 0: no limit."),
    uintTime: atLeast(1, 86_400, "Seconds over which sent codes are counted."),
    maxCount: atLeast(
      1,
      10,
      "Codes sent to one phone or address in that time.",
    ),
    maxCountPerAddress: atLeast(
      1,
      100,
      "Codes requested from one network address in that time.",
    ),
    superCode: text(
      "The code that is valid for everybody in super-code mode, for development.",
      "666666",
    ),
    len: Type.Integer({
      default: 6,
      minimum: 4,
      maximum: 12,
      description: "Number of digits of a code.",
    }),
    phone: Type.Object({
      use: text(
        "How codes reach phones: http (through the gateway below) or superCode (none are sent, the super code is valid; on loopback only). Empty: superCode on loopback; elsewhere none are sent.",
      ),
      url: text(
        "The address of the SMS gateway. Placeholders: {phone} (with its area code, like +8613800000000), {areaCode}, {number}, {code} and {lifetime}; values are URL-encoded.",
      ),
      method: text("HTTP method of the gateway: POST, PUT or GET.", "POST"),
      headers: Type.Array(
        Type.String({
          pattern: "^[A-Za-z0-9-]+:[^\\r\\n]*$",
          examples: ["Name: value"],
        }),
        {
          default: ["Content-Type: application/json"],
          description:
            "Headers of the request, each like Authorization: Basic …. The content type determines how values in the body are encoded.",
        },
      ),
      body: text(
        "Body of the request, with the same placeholders as the URL.",
        '{"to":"{phone}","text":"Your verification code is {code}. It is valid for {lifetime}."}',
      ),
    }),
    mail: Type.Object({
      use: text(
        "How codes reach e-mail: mail (through the server below) or superCode (none are sent, the super code is valid; on loopback only). Empty: superCode on loopback; elsewhere none are sent.",
      ),
      title: text("Subject of the mail.", "Your verification code"),
      senderMail: text(
        "The sender's address, which is also the account at the SMTP server.",
      ),
      senderAuthorizationCode: text(
        "The password of that account. Empty: no authentication.",
      ),
      smtpAddr: text("The host of the SMTP server."),
      smtpPort: port(
        465,
        "The port of the SMTP server. 465 uses TLS from the start; other ports use STARTTLS if the server offers it.",
      ),
    }),
  }),
  signIn: Type.Object({
    wrongPasswords: atLeast(
      0,
      10,
      "Wrong passwords for one account until it is locked for a while; 0: no limit.",
    ),
    wrongPasswordsPerAddress: atLeast(
      0,
      50,
      "Wrong passwords from one network address until it is locked for a while; 0: no limit.",
    ),
    wrongPasswordsSeconds: atLeast(
      1,
      300,
      "Seconds over which wrong passwords are counted.",
    ),
  }),
  liveKit: Type.Object({
    url: text(
      "The address at which clients reach LiveKit.",
      "ws://127.0.0.1:7880",
    ),
    key: text("The key of LiveKit's API. Empty: calls are off."),
    secret: text("The secret of that key."),
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
      return `${setting} '${use}' is neither superCode nor ${sender}`;
    if (!isLoopback && codeModeOf(use, isLoopback) === "super")
      return `${setting} is superCode, with which anybody can sign in to any account, but listen is not loopback: set it to ${sender}, or leave it empty to send no codes`;
  }
  if (codeModeOf(phone.use, isLoopback) === "send") {
    if (!/^https?:\/\//.test(phone.url))
      return "accounts.verifyCode.phone.use is http, so accounts.verifyCode.phone.url must be the address of the SMS gateway, like https://host/path";
    if (!["POST", "PUT", "GET"].includes(phone.method))
      return `accounts.verifyCode.phone.method '${phone.method}' is not one of POST, PUT and GET`;
    if (!(phone.url + phone.body).includes("{code}"))
      return "neither accounts.verifyCode.phone.url nor accounts.verifyCode.phone.body has {code}, so codes would not be sent: add it";
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
