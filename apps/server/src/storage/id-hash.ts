import { createHash } from "node:crypto";

import { goStringify } from "@parley/protocol/go-json";

/**
 * By which clients and server see that they have the same list: the first 8
 * bytes of the MD5 of the ids as a JSON list; 0 for none (docs/wire/sync.md#full-lists).
 */
export function hashOfIDs(ids: readonly string[]): bigint {
  if (ids.length === 0) return 0n;
  return createHash("md5")
    .update(goStringify([...ids]))
    .digest()
    .readBigUInt64BE(0);
}
