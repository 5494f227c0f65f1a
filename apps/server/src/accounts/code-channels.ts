import type { AccountsSettings } from "../config/accounts-settings.ts";
import { codeModeOf } from "../config/accounts-settings.ts";
import type { CodeChannel, CodeChannels } from "./codes.ts";
import { createMailSender } from "./mail-sender.ts";
import { createSMSSender } from "./sms-sender.ts";

export interface CodeChannelsDeps {
  settings: AccountsSettings;
  /** The server listens on loopback only. */
  isLoopback: boolean;
  fetch(url: string, init: RequestInit): Promise<Response>;
  now: () => number;
}

/** Builds the channels (SMS, e-mail) that the settings name. */
export function createCodeChannels({
  settings: { verifyCode },
  isLoopback,
  fetch,
  now,
}: CodeChannelsDeps): CodeChannels {
  const { phone, mail, validTime } = verifyCode;
  const channel = (
    name: "phone" | "mail",
    createSender: () => Extract<CodeChannel, { mode: "send" }>["send"],
  ): CodeChannel => {
    const mode = codeModeOf(verifyCode[name].use, isLoopback);
    switch (mode) {
      case "off":
        return { mode, setting: `accounts.verifyCode.${name}.use` };
      case "super":
        return { mode };
      case "send":
        return { mode, send: createSender() };
    }
  };
  return {
    phone: channel("phone", () =>
      createSMSSender({ settings: phone, validTime, fetch, now }),
    ),
    mail: channel("mail", () =>
      createMailSender({ settings: mail, validTime, now }),
    ),
  };
}
