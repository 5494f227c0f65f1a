import { afterAll, describe, expect, test } from "bun:test";

import { openPeople } from "../../testing/accounts/people.ts";
import { openNodes } from "../../testing/nodes/open-nodes.ts";
import type { TestNode } from "../../testing/nodes/open-nodes.ts";
import { stopPostgres } from "../../testing/storage/engines.ts";
import { createSharedTries } from "./shared-tries.ts";

afterAll(stopPostgres);

const open = ({ cluster: { self }, storage }: TestNode) =>
  openPeople(storage, {
    triesOf: (seconds, now) =>
      createSharedTries({
        ...{ self, transact: storage.transact, seconds, now },
        wait: () => new Promise((resolve) => setImmediate(resolve)),
      }),
  });

const phone = { areaCode: "+86", phoneNumber: "13800000000" };
const right = { ...phone, password: "secret" };
const wrong = { ...phone, password: "guess" };

/** Ann's account, and two nodes at which to sign in. */
async function openTwo() {
  const nodes = await openNodes({ beatMs: 50 });
  const [one, other] = [await nodes.open(), await nodes.open()];
  const [here, there] = [open(one), open(other)];
  await here.register(phone);
  const codeOf = (signedIn: Promise<unknown>) =>
    signedIn.then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  return {
    ...{ one, other, here, there, codeOf },
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  };
}

describe("wrong passwords at several nodes", () => {
  test("were counted by each node alone, so that more nodes were more guesses", async () => {
    await using story = await openTwo();
    const { here, there, codeOf } = story;
    for (const { signIn } of [here, there, here])
      expect(await codeOf(signIn(wrong))).toBe(20001);
    for (const { signIn } of [here, there])
      expect(await codeOf(signIn(right, "5.6.7.8"))).toBe(20012);
    here.clock.ms += 300_000;
    there.clock.ms += 300_000;
    expect(await codeOf(there.signIn(right))).toBe(0);
  });

  test("are no more than the limit when all are tried at once", async () => {
    await using story = await openTwo();
    const { here, there, codeOf } = story;
    const codes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        codeOf((i % 2 ? here : there).signIn(wrong)),
      ),
    );
    expect(codes.filter((each) => each === 20001)).toHaveLength(3);
    expect(codes.filter((each) => each === 20012)).toHaveLength(9);
  });

  test("end with a right one, at whichever node", async () => {
    await using story = await openTwo();
    const { here, there, codeOf } = story;
    for (let round = 0; round < 2; round++) {
      expect(await codeOf(here.signIn(wrong, `1.1.1.${round}`))).toBe(20001);
      expect(await codeOf(there.signIn(wrong, `1.1.1.${round}`))).toBe(20001);
      expect(await codeOf(there.signIn(right, `1.1.1.${round}`))).toBe(0);
    }
    const many = Array.from({ length: 8 }, (_, i) =>
      codeOf((i % 2 ? here : there).signIn(right)),
    );
    expect(new Set(await Promise.all(many))).toEqual(new Set([0]));
  });

  test("that a node was checking when it died keep nobody waiting", async () => {
    await using story = await openTwo();
    const { one, other, there, codeOf } = story;
    const { transact } = one.storage;
    const { self } = one.cluster;
    await createSharedTries({
      ...{ self, transact, seconds: 300, now: () => there.clock.ms },
    }).begin([
      ...["1.2.3.4", "1.2.3.4", "1.2.3.4"].map((address) => ({
        ...{ key: `address ${address}`, limit: 5, isOwners: false },
      })),
    ]);
    const left = new Promise((resolve) => other.cluster.onLeft(resolve));
    await one.cluster.close();
    await left;
    const codes = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        codeOf(there.signIn({ account: `nobody${i}`, password: "x" })),
      ),
    );
    expect(codes).toEqual([20002, 20002, 20002, 20002, 20002]);
  });

  test("are forgotten in a nightly clean-up once nothing counts them", async () => {
    await using story = await openTwo();
    const { one, here, codeOf } = story;
    expect(await codeOf(here.signIn(wrong))).toBe(20001);
    const tries = createSharedTries({
      ...{ self: one.cluster.self, transact: one.storage.transact },
      ...{ seconds: 300, now: () => here.clock.ms },
    });
    expect(await tries.removeOld(10)).toBe(0);
    here.clock.ms += 300_000;
    expect(await tries.removeOld(10)).toBe(2);
  });
});
