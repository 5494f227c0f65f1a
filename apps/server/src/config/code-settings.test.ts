import { expect, test } from "bun:test";

import { codeModeOf } from "./accounts-settings.ts";
import { loadConfig } from "./load.ts";

const away = { PARLEY_LISTEN: "0.0.0.0", PARLEY_SECRET: "a long random text" };
const load = (environment: Record<string, string>) =>
  loadConfig({ environment });

test("codes that were never set: the super code on loopback, none elsewhere", async () => {
  await load({});
  await load(away);
  expect(codeModeOf("", true)).toBe("super");
  expect(codeModeOf("", false)).toBe("off");
});

test.each([
  ["PHONE", "http"],
  ["MAIL", "mail"],
])("the super code for %s is refused outside loopback", async (name, other) => {
  const variable = `PARLEY_ACCOUNTS_VERIFY_CODE_${name}_USE`;
  await load({ [variable]: "superCode" });
  await expect(load({ ...away, [variable]: "SuperCode" })).rejects.toThrow(
    `set it to ${other}`,
  );
  await expect(load({ [variable]: "carrier pigeon" })).rejects.toThrow(
    `is neither superCode nor ${other}`,
  );
  // Accounts that are off need no codes.
  await load({
    ...away,
    [variable]: "superCode",
    PARLEY_ACCOUNTS_ENABLE: "false",
  });
});

test("a sender needs its settings, and each refusal names them", async () => {
  const prefix = "PARLEY_ACCOUNTS_VERIFY_CODE";
  await expect(load({ [`${prefix}_MAIL_USE`]: "mail" })).rejects.toThrow(
    "accounts.verifyCode.mail.senderMail, accounts.verifyCode.mail.smtpAddr",
  );
  const http = { [`${prefix}_PHONE_USE`]: "http" };
  await expect(load(http)).rejects.toThrow("accounts.verifyCode.phone.url");
  const withURL = { ...http, [`${prefix}_PHONE_URL`]: "https://gateway/send" };
  await load(withURL);
  await expect(
    load({ ...withURL, [`${prefix}_PHONE_BODY`]: "no code" }),
  ).rejects.toThrow("has {code}");
  await expect(
    load({ ...withURL, [`${prefix}_PHONE_METHOD`]: "PATCH" }),
  ).rejects.toThrow("is not one of POST, PUT and GET");
  await expect(
    load({ ...withURL, [`${prefix}_PHONE_HEADERS`]: "no colon" }),
  ).rejects.toThrow("PHONE_HEADERS");
});
