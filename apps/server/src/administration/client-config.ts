import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteClientSettings,
  listClientSettings,
  setClientSetting,
} from "./applications-store.ts";

/**
 * Key-value settings for clients; the server reads some of them itself
 * (docs/wire/accounts.md#admission).
 */
export interface ChatClientConfig {
  get(): Promise<Record<string, string>>;
  /** Other keys stay. Throws 1001 without any. */
  set(config: Readonly<Record<string, string>>): Promise<void>;
  /** Ignores unknown keys. Throws 1001 for an empty list. */
  delete(keys: readonly string[]): Promise<void>;
}

export const createClientConfig = ({
  db,
  transact,
}: {
  db: Kysely<Schema>;
  transact: Transact;
}): ChatClientConfig => ({
  get: async () =>
    Object.fromEntries(
      (await listClientSettings(db)).map(({ key, value }) => [key, value]),
    ),

  async set(config) {
    const entries = Object.entries(config);
    if (entries.length === 0) throw errors.args("config is empty");
    await transact(async (tx) => {
      for (const [key, value] of entries)
        await setClientSetting(tx, key, value);
    });
  },

  async delete(keys) {
    if (keys.length === 0) throw errors.args("keys is empty");
    await transact((tx) => deleteClientSettings(tx, keys));
  },
});
