import type { LargeChangeTroubles } from "../../src/storage/large-changes.ts";

function refuse(error: unknown): never {
  throw error;
}

/** Fails the test if a part fails. */
export const noTroubles: LargeChangeTroubles = {
  failed: refuse,
  recovered: refuse,
  setAside: refuse,
};
