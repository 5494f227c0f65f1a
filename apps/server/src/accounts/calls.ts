import { errors } from "@parley/protocol/errors";

import type { AccountsSettings } from "../config/accounts-settings.ts";
import { signCallToken } from "./call-token.ts";

export interface Calls {
  /** Returns the address of LiveKit and a token for one room there. */
  join(who: { room: string; identity: string }): {
    serverUrl: string;
    token: string;
  };
}

/** No LiveKit has to run: clients go there by themselves. */
export const createCalls = (
  { url, key, secret }: AccountsSettings["liveKit"],
  now: () => number,
): Calls => ({
  join({ room, identity }) {
    const token = signCallToken(
      { key, secret },
      { room, identity },
      Math.floor(now() / 1_000),
    );
    // Signed with nothing it would open no room.
    if (key === "" || secret === "")
      throw errors.internal(
        "calls are off: an operator has to set accounts.liveKit.key and accounts.liveKit.secret",
      );
    return { serverUrl: url, token };
  },
});
