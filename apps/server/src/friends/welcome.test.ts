import { expect, test } from "bun:test";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { ann, openFriends } from "../../testing/friends/friends.ts";
import { createWelcome } from "./welcome.ts";

forEachEngine("a message", (open) => {
  test.each([
    { from: "bob", to: "ann", sessionType: 1, strict: false, code: 1302 },
    { from: "ann", to: "bob", sessionType: 1, strict: false, code: 0 },
    { from: "cat", to: "ann", sessionType: 1, strict: false, code: 0 },
    { from: "cat", to: "ann", sessionType: 1, strict: true, code: 1303 },
    { from: "dan", to: "ann", sessionType: 1, strict: true, code: 0 },
    // Friendship has a direction: ann's list counts, not dan's.
    { from: "ann", to: "dan", sessionType: 1, strict: true, code: 1303 },
    { from: "bob", to: "ann", sessionType: 1, strict: true, code: 1302 },
    { from: "ann", to: "ann", sessionType: 1, strict: true, code: 0 },
    // Deviation: OpenIM lets notification accounts pass a blacklist.
    { from: "bob", to: "ann", sessionType: 4, strict: true, code: 1302 },
    { from: "cat", to: "ann", sessionType: 4, strict: true, code: 0 },
  ])(
    "of $from to $to in session $sessionType, friends only: $strict, gets $code",
    async ({ from, to, sessionType, strict, code }) => {
      await using storage = await open();
      const { blacks, befriend, friends } = openFriends(storage);
      await blacks.add(
        { actor: ann, operationID: "op" },
        {
          ownerUserID: "ann",
          blackUserID: "bob",
          ex: "",
        },
      );
      await befriend("ann", "bob", "dan");
      await friends.delete("op", "dan", "ann");
      const requireWelcome = createWelcome({
        isBlocked: blacks.isBlocked,
        hasFriend: friends.hasFriend,
        friendVerify: strict,
      });

      const welcome = async () =>
        requireWelcome({ sendID: from, recvID: to, sessionType });
      const refusal = await welcome().then(
        () => ({ code: 0 }),
        (error: unknown) => error,
      );

      expect(refusal).toMatchObject({ code });
    },
  );
});
