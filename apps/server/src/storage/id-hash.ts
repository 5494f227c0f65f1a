import { createHash } from "node:crypto";

import { goStringify } from "@parley/protocol/go-json";

/**
 * Hash by which client and server compare lists: the first 8 bytes of the MD5
 * of the ids as a JSON list; 0 for an empty list
 * (docs/wire/sync.md#full-lists).
 */
export function hashOfIDs(ids: readonly string[]): bigint {
  if (ids.length === 0) return 0n;
  return createHash("md5")
    .update(goStringify([...ids]))
    .digest()
    .readBigUInt64BE(0);
}
