import type {
  StatisticLoginUserCountResp,
  StatisticNewUserCountResp,
} from "@parley/protocol/chat/managed-users";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { IMClient } from "../im-client/im-client.ts";
import type { Schema } from "../storage/schema.ts";
import { countAccounts, countLoginsByDay } from "./people-store.ts";

/** Counts registrations and sign-ins per day (UTC). */
export interface PeopleStatistics {
  /** Counts as the IM server does, which refuses an empty range. */
  countNew(
    operationID: string,
    start: number,
    end: number,
  ): Promise<StatisticNewUserCountResp>;
  /** Counts sign-ins from `start` to before `end`, one per user and day. */
  countLogins(start: number, end: number): Promise<StatisticLoginUserCountResp>;
}

export const createPeopleStatistics = (
  db: Kysely<Schema>,
  im: Pick<IMClient, "countRegistered">,
): PeopleStatistics => ({
  async countNew(operationID, start, end) {
    const { total, count } = await im.countRegistered(operationID, start, end);
    return { total, date_count: count };
  },

  async countLogins(start, end) {
    if (start > end) throw errors.args("start is after end");
    const days = await countLoginsByDay(db, start, end);
    const loginCount = days.reduce((sum, { users }) => sum + users, 0);
    return {
      loginCount,
      // A user counts once per day, so this may be negative.
      unloginCount: (await countAccounts(db)) - loginCount,
      count: Object.fromEntries(
        days.map(({ day, users }) => [
          new Date(day).toISOString().slice(0, 10),
          users,
        ]),
      ),
    };
  },
});
