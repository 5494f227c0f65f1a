import type {
  AccountCodeSendReq,
  AccountCodeVerifyReq,
} from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import { platformName } from "@parley/protocol/platforms";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Admission } from "./admission.ts";
import type { Codes } from "./codes.ts";
import { emailWay, phoneWay, withPlus } from "./login-ways.ts";
import type { Way } from "./login-ways.ts";
import { findCredential } from "./store.ts";

/**
 * Values of `usedFor` (docs/wire/accounts.md#verification-codes); OpenIM has no
 * 10.
 */
const UsedFor = { register: 1, reset: 2, signIn: 3, change: 10 } as const;

export interface CodeRequests {
  /** Sends a code, by the rules of what it is wanted for. */
  send(request: AccountCodeSendReq, address: string): Promise<void>;
  /** Checks a code without using it up. */
  verify(request: AccountCodeVerifyReq): Promise<void>;
}

export interface CodeRequestsDeps {
  db: Kysely<Schema>;
  codes: Pick<Codes, "send" | "verify">;
  admission: Admission;
  neighborhoodOf(address: string): string | undefined;
}

export function createCodeRequests(deps: CodeRequestsDeps): CodeRequests {
  const { db, codes, admission } = deps;

  async function wayOf(
    request: AccountCodeSendReq,
    address: string,
  ): Promise<Way> {
    const { usedFor, email, areaCode, phoneNumber, invitationCode } = request;
    switch (usedFor) {
      case UsedFor.register: {
        await admission.requireMayRegister(address);
        const way =
          email === ""
            ? phoneWay(withPlus(areaCode), phoneNumber)
            : emailWay(email);
        if (await admission.isInvitationNeeded())
          await admission.requireInvitation(invitationCode);
        return way;
      }
      case UsedFor.reset:
      case UsedFor.signIn: {
        const way =
          email === "" ? phoneWay(areaCode, phoneNumber) : emailWay(email);
        const credential = await findCredential(db, way);
        if (!credential)
          throw errors.accountNotFound(
            "no account has this name, phone or e-mail address",
          );
        return way;
      }
      case UsedFor.change:
        return email === ""
          ? phoneWay(withPlus(areaCode), phoneNumber)
          : emailWay(email);
      default:
        throw errors.args("usedFor is not one of 1, 2, 3 and 10");
    }
  }

  return {
    async send(request, address) {
      const way = await wayOf(request, address);
      const { platform } = request;
      await codes.send(way, {
        neighborhood: deps.neighborhoodOf(address),
        platform: platformName(platform) ?? "",
      });
    },

    async verify({ email, areaCode, phoneNumber, verifyCode }) {
      const way =
        phoneNumber !== "" || email === ""
          ? phoneWay(areaCode, phoneNumber)
          : emailWay(email);
      if (verifyCode === "") throw errors.args("verifyCode is missing");
      await codes.verify([way], verifyCode);
    },
  };
}
