import { expect, test } from "bun:test";

import { LogoutFrame } from "@parley/protocol/methods/frames";

import { byIdentifier } from "./requests.ts";
import { sessionFrames } from "./session-frames.ts";
import type { Session } from "./sessions.ts";

test("signing out forgets the connection's own push token, whatever is named", async () => {
  const forgotten: unknown[] = [];
  const frames = byIdentifier(
    sessionFrames({
      forgetPushToken: async (...who) => void forgotten.push(who),
    }),
  );
  const answer = await frames.get(LogoutFrame.reqIdentifier)!.answer({
    session: { userID: "ann", platformID: 2 } as Session,
    operationID: "op",
    data: LogoutFrame.request.encode({ userID: "bob", platformID: 1 }),
  });

  expect(await answer.data).toEqual(new Uint8Array());
  expect(answer.thenClose).toBe("loggedOut");
  expect(forgotten).toEqual([["ann", 2]]);
});
