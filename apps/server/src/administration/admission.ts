import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Admission } from "../accounts/admission.ts";
import type { Schema } from "../storage/schema.ts";
import {
  findCodes,
  findIPRules,
  isBlocked,
  listUserIPs,
  returnCode,
  takeCode,
} from "./admission-store.ts";
import { findClientSetting } from "./applications-store.ts";

/**
 * Checks registrations and sign-ins against the rules of administrators
 * (docs/wire/accounts.md#admission).
 */
export const createAdmission = (db: Kysely<Schema>): Admission => ({
  async requireMayRegister(address) {
    const rules = await findIPRules(db, formsOf(address));
    if (rules.some(({ limit_register }) => limit_register === 1))
      throw errors.forbidden(`registration from ${address} is forbidden`);
  },

  async requireMayLogin(userID, address) {
    const forms = formsOf(address);
    const rules = await findIPRules(db, forms);
    if (rules.some(({ limit_login }) => limit_login === 1))
      throw errors.forbidden(`sign-in from ${address} is forbidden`);
    const ips = await listUserIPs(db, userID);
    if (ips.length > 0 && !ips.some((ip) => forms.includes(ip)))
      throw errors.forbidden(`${userID} may not sign in from ${address}`);
    if (await isBlocked(db, userID))
      throw errors.forbidden(`${userID} is blocked`);
  },

  async isInvitationNeeded() {
    const value = await findClientSetting(db, "needInvitationCodeRegister");
    return ["1", "true", "yes"].includes((value ?? "").toLowerCase());
  },

  async requireInvitation(code) {
    if (code === "") throw errors.args("invitationCode is missing");
    await requireUnused(db, code);
  },

  async useInvitation(tx, code, userID) {
    if (await takeCode(tx, code, userID)) return;
    await requireUnused(tx.db, code);
  },

  returnInvitation: returnCode,
});

/** Throws 20011 for a code that there is not, 20010 for a used one. */
async function requireUnused(db: Kysely<Schema>, code: string): Promise<void> {
  const [invitation] = await findCodes(db, [code]);
  if (!invitation) throw errors.invitationNotFound(`there is no ${code}`);
  if (invitation.used_user_id !== "")
    throw errors.invitationUsed(`${code} was used`);
}

/** A socket for both versions shows 1.2.3.4 so, and a rule may name it so. */
const formsOf = (address: string): string[] => [address, `::ffff:${address}`];
