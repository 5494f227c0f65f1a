import type { ExplainUnsentResp } from "@parley/protocol/push-types";

import type { Provider } from "./providers/provider.ts";
import type { PushTokens } from "./tokens.ts";
import type { MessageID, UnsentLog, UnsentRecord } from "./unsent.ts";

/** Explains for all receivers, or for one user if `userID` is not "". */
export type Explain = (
  message: MessageID,
  userID: string,
) => Promise<ExplainUnsentResp>;

export interface ExplainDeps {
  providers: readonly Provider[];
  tokens: Pick<PushTokens, "list">;
  unsent: Pick<UnsentLog, "find">;
  /** Returns the receivers of a recent message who had it over a connection. */
  listReached(message: MessageID): UnsentRecord[];
  hasMuted(userID: string, conversationID: string): Promise<boolean>;
}

export function createExplain(deps: ExplainDeps): Explain {
  const { providers } = deps;

  return async (message, userID) => {
    const found = [
      ...(await deps.unsent.find(message)),
      ...deps.listReached(message),
    ];
    const names = providers.map(({ name }) => name);
    if (userID === "")
      return { providers: names, unsent: found, devices: [], hasMuted: false };
    const conversationID = found[0]?.conversationID;
    const tokens = await deps.tokens.list([userID]);
    return {
      providers: names,
      unsent: found.filter((record) => mayMean(record, userID)),
      devices: tokens.map((token) => ({
        platformID: token.platformID,
        providers: providers
          .filter((each) => !("takes" in each) || each.takes(token))
          .map(({ name }) => name),
      })),
      hasMuted:
        conversationID !== undefined &&
        (await deps.hasMuted(userID, conversationID)),
    };
  };
}

/** Returns whether a record may be about this user, as it names only some of many. */
const mayMean = (
  { userIDs, userCount }: UnsentRecord,
  userID: string,
): boolean => userIDs.includes(userID) || userCount > userIDs.length;
