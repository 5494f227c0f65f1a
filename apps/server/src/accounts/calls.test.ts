import { expect, test } from "bun:test";

import { createCalls } from "./calls.ts";

const settings = { url: "wss://calls", key: "key", secret: "secret" };
const who = { room: "r", identity: "al" };

test("a call gets a token and where LiveKit is", () => {
  const { serverUrl, token } = createCalls(settings, () => 0).join(who);
  expect(serverUrl).toBe("wss://calls");
  expect(token.split(".")).toHaveLength(3);
});

test("without LiveKit's key the answer says what to set", () => {
  for (const missing of [{ key: "" }, { secret: "" }])
    expect(() =>
      createCalls({ ...settings, ...missing }, () => 0).join(who),
    ).toThrow(
      expect.objectContaining({
        code: 500,
        detail: expect.stringContaining("accounts.liveKit.key") as string,
      }),
    );
});
