import type {
  FriendSearchReq,
  UserSearchFullReq,
  UserSearchPublicReq,
} from "@parley/protocol/chat/accounts";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Cause } from "../http/actor.ts";
import { requireSelf } from "../http/route.ts";
import type { IMClient } from "../im-client/im-client.ts";
import { createPacedLine } from "../pace/line.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import { countAndListAccounts, ordinaryGenders } from "./search-store.ts";
import type { Account } from "./store.ts";

export interface FoundAccounts {
  total: number;
  accounts: Account[];
}

/** Finds people by parts of what is known of them: plain text, in any case. */
export interface AccountSearch {
  people(
    request: UserSearchPublicReq | UserSearchFullReq,
  ): Promise<FoundAccounts>;
  /** Among somebody's friends: one's own, but for administrators. */
  friends(cause: Cause, request: FriendSearchReq): Promise<FoundAccounts>;
}

/** Page size limit; clients page for more. */
const mostAtOnce = 1_000;

export function createAccountSearch(
  db: Kysely<Schema>,
  im: Pick<IMClient, "listFriendIDs">,
): AccountSearch {
  const paced = createPacedLine(1);

  return {
    async people(request) {
      const { keyword, genders, pagination } = request;
      const page = readPage(pagination);
      const normal = "normal" in request ? request.normal : 0;
      if (normal !== 0 && normal !== 1)
        throw errors.args("normal is neither 0 nor 1");
      return countAndListAccounts(
        db,
        {
          keyword,
          genders: genders === 0 ? ordinaryGenders : [genders],
          isNormal: normal === 1,
        },
        page,
        paced,
      );
    },

    async friends(cause, request) {
      const { keyword, genders, pagination } = request;
      const userID = request.userID || cause.actor.userID;
      requireSelf(cause.actor, userID);
      const among = await im.listFriendIDs(cause.operationID, userID);
      // COMPAT: only now is the page looked at.
      if (among.length === 0) return { total: 0, accounts: [] };
      const page = readPage(pagination);
      return countAndListAccounts(
        db,
        { keyword, genders, isNormal: false, among },
        page,
        paced,
      );
    },
  };
}

function readPage(pagination: UserSearchPublicReq["pagination"]): Page {
  const { offset, limit } = requireFilledPage(pagination);
  return { offset, limit: Math.min(limit, mostAtOnce) };
}
