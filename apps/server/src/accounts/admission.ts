import type { Transaction } from "../storage/writer.ts";

/**
 * Rules that administrators make about who may register or sign in. They are
 * checked at those two moments and never per request
 * (docs/wire/accounts.md#admission).
 */
export interface Admission {
  /** Throws 20012 where an IP rule keeps newcomers from this address out. */
  requireMayRegister(address: string): Promise<void>;
  /**
   * Throws 20012 for an address that an IP rule forbids, for one that is not
   * among those of this user if they have any, and for a blocked user.
   */
  requireMayLogin(userID: string, address: string): Promise<void>;
  /** Registration needs an unused invitation code. */
  isInvitationNeeded(): Promise<boolean>;
  /** Throws 1001 for an empty code, 20011 for an unknown, 20010 for a used one. */
  requireInvitation(code: string): Promise<void>;
  /**
   * The code is this user's from now on. Throws as requireInvitation does, when
   * somebody else was quicker: then nothing of the transaction happens.
   */
  useInvitation(tx: Transaction, code: string, userID: string): Promise<void>;
  /** Makes the invitation code of a failed registration usable again. */
  returnInvitation(tx: Transaction, userID: string): Promise<void>;
}

/** No rules at all. */
export const everybodyMay: Admission = {
  requireMayRegister: async () => undefined,
  requireMayLogin: async () => undefined,
  isInvitationNeeded: async () => false,
  requireInvitation: async () => undefined,
  useInvitation: async () => undefined,
  returnInvitation: async () => undefined,
};
