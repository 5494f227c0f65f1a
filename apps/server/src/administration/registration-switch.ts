import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import { findAllowRegister, setAllowRegister } from "./people-store.ts";

/** Switch for registration by people themselves. */
export interface RegistrationSwitch {
  isAllowed(): Promise<boolean>;
  /** Counts more than the configuration, also after a restart. */
  set(isAllowed: boolean): Promise<void>;
}

export const createRegistrationSwitch = ({
  db,
  transact,
  isAllowedAtFirst,
}: {
  db: Kysely<Schema>;
  transact: Transact;
  isAllowedAtFirst: boolean;
}): RegistrationSwitch => ({
  isAllowed: async () => (await findAllowRegister(db)) ?? isAllowedAtFirst,
  set: (isAllowed) => transact((tx) => setAllowRegister(tx, isAllowed)),
});
