import type { LargeChangeTroubles } from "../../src/storage/large-changes.ts";

function refuse(error: unknown): never {
  throw error;
}

/** For tests in which no part may fail. */
export const noTroubles: LargeChangeTroubles = {
  failed: refuse,
  recovered: refuse,
  setAside: refuse,
};
