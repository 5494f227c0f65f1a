import { errors } from "@parley/protocol/errors";
import { expect, test } from "bun:test";

import { createMemoryNetwork } from "../../testing/bus/memory-bus.ts";
import { createSecretGuesses } from "./secret-guesses.ts";

const wrong = () => Promise.reject(errors.noPermission("secret"));
const right = () => Promise.resolve("token");
const tooMany = "too many wrong secrets";

test("thirty wrong secrets in a row were as quick as the first", async () => {
  let at = 1_000_000;
  const guess = createSecretGuesses(() => at);
  const told = (address: string, ask: () => Promise<string>) =>
    guess({ address }, ask).catch((error: Error) => String(error));
  for (let n = 0; n < 30; n++)
    expect(await told("192.0.2.1", wrong)).not.toContain(tooMany);
  let asked = 0;
  const counted = () => (asked++, wrong());
  for (let n = 0; n < 50; n++)
    expect(await told("192.0.2.1", counted)).toContain(tooMany);
  expect(asked).toBe(0);
  expect(await told("192.0.2.2", right)).toBe("token");
  at += 1_000;
  await Promise.all([1, 2, 3].map(() => told("192.0.2.1", counted)));
  expect(asked).toBe(1);
  at += 1_000;
  expect(await told("192.0.2.1", right)).toBe("token");
  expect(await told("192.0.2.1", wrong)).not.toContain(tooMany);
});

test("whoever has an IPv6 network has not as many tries as addresses", async () => {
  const guess = createSecretGuesses(() => 1_000_000);
  for (let n = 0; n < 30; n++)
    await guess({ address: `2001:db8:1:2::${n + 1}` }, wrong).catch(
      () => undefined,
    );
  await expect(
    guess({ address: "2001:db8:1:2::ffff" }, right),
  ).rejects.toThrow();
});

test("strangers behind a proxy on this machine kept out what asks from the machine itself", async () => {
  const guess = createSecretGuesses(() => 1_000_000);
  const address = "127.0.0.1";
  for (let n = 0; n < 40; n++)
    await guess({ address, isHere: false }, wrong).catch(() => undefined);
  expect(await guess({ address, isHere: true }, right)).toBe("token");
});

test("each node of a cluster allowed as many wrong secrets as one alone", async () => {
  const network = createMemoryNetwork();
  const at = 1_000_000;
  const nodes = [1, 2, 3].map(() =>
    createSecretGuesses(() => at, network.open()),
  );
  const [one, other] = nodes;
  const address = "192.0.2.1";
  for (let n = 0; n < 30; n++)
    await nodes[n % 3]?.({ address }, wrong).catch(() => undefined);
  await network.settled();
  for (const guess of nodes)
    expect(await guess({ address }, wrong).catch(String)).toContain(tooMany);
  // A right one says at all nodes that nobody is guessing.
  await one?.({ address: "192.0.2.2" }, wrong).catch(() => undefined);
  await network.settled();
  await other?.({ address: "192.0.2.2" }, right);
  await network.settled();
  for (let n = 0; n < 29; n++)
    await one?.({ address: "192.0.2.2" }, wrong).catch(() => undefined);
  expect(
    await one?.({ address: "192.0.2.2" }, wrong).catch(String),
  ).not.toContain(tooMany);
});
