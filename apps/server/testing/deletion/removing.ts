import type {
  Counts,
  Departing,
  Removing,
} from "../../src/feature/departing.ts";
import type { TestStorage } from "../storage/engines.ts";

export const departing = (userID: string): Departing => ({
  ...{ userID, operationID: "op", operatorUserID: "root" },
  withMessages: false,
});

/** The transactions of a deletion, and what all of them removed. */
export function removingOver({ transact }: Pick<TestStorage, "transact">) {
  const removed: Counts = {};
  async function once(work: Parameters<Removing["once"]>[0]): Promise<number> {
    const counts = await transact(work);
    let sum = 0;
    for (const [kind, count] of Object.entries(counts)) {
      const known = removed[kind as keyof Counts] ?? 0;
      if (count > 0) removed[kind as keyof Counts] = known + count;
      sum += count;
    }
    return sum;
  }
  const removing: Removing = {
    once: async (work) => void (await once(work)),
    async untilNothing(work) {
      while ((await once(work)) > 0);
    },
  };
  return { removing, removed };
}
