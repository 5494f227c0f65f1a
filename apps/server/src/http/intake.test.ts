import { expect, test } from "bun:test";

import { BodyRefused, createIntake } from "./intake.ts";
import type { Sender } from "./intake.ts";

const one = (name: string, isStranger = false): Sender => ({
  name,
  isOne: true,
  isStranger,
});
const many: Sender = { name: "a proxy", isOne: false, isStranger: true };

/** A body whose pieces come when they are pushed. */
function slowBody(headers: Record<string, string> = {}) {
  let push: (bytes: number) => void = () => undefined;
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      push = (bytes) => controller.enqueue(new Uint8Array(bytes));
      end = () => controller.close();
    },
  });
  const request = new Request("http://host/", {
    method: "POST",
    headers,
    body,
  });
  return { request, push, end };
}

const refusalOf = (reading: Promise<unknown>): Promise<BodyRefused> =>
  reading.then(
    () => {
      throw new Error("it was read");
    },
    (error: unknown) => {
      if (error instanceof BodyRefused) return error;
      throw error;
    },
  );

/** Where a body is never refused, its test fails after this time instead of waiting for ever. */
const giveUpMs = 60_000;

/** Once what was pushed is read. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}

test(
  "a body that stops half way is given up after a while, that of a stranger sooner",
  async () => {
    let at = 0;
    const intake = createIntake({ totalBytes: 2 ** 26, elapsed: () => at });
    const read = (sender: Sender) => {
      const { request, push } = slowBody({ "content-length": "1048000" });
      push(1_000_000);
      return refusalOf(intake.read(request, sender, 1_048_576));
    };
    const stranger = read(many);
    const known = read(one("ann"));
    await until(() => intake.heldBytes() >= 2_000_000);
    at = 15_000 + 1_000_000 / 32 + 1;
    expect((await stranger).status).toBe(408);
    expect(intake.heldBytes()).toBeLessThan(1_100_000);
    at = 30_000 + 1_000_000 / 16 + 1;
    expect((await known).status).toBe(408);
    expect(intake.heldBytes()).toBe(0);
  },
  giveUpMs,
);

test(
  "a long body that keeps coming is waited for",
  async () => {
    let at = 0;
    const intake = createIntake({ totalBytes: 2 ** 26, elapsed: () => at });
    const { request, push, end } = slowBody();
    const reading = intake.read(request, one("ann"), 16_777_216);
    const other = slowBody();
    const stopped = refusalOf(intake.read(other.request, one("bob"), 1_000));
    for (let sent = 0; sent < 16_000_000; sent += 1_000_000) {
      push(1_000_000);
      at += 1_000_000 / 17;
      await until(() => intake.heldBytes() > sent);
    }
    // The one beside it shows that those that are late have been looked for.
    expect((await stopped).status).toBe(408);
    end();
    expect((await reading).bytes.length).toBe(16_000_000);
  },
  giveUpMs,
);

test(
  "half bodies of many hold no more than their bound, and let those pass who send theirs at once",
  async () => {
    const totalBytes = 8_000_000;
    const intake = createIntake({ totalBytes, elapsed: () => 0 });
    const refused: Promise<BodyRefused>[] = [];
    for (let i = 0; i < 100; i++) {
      const { request, push } = slowBody();
      push(100_000);
      refused.push(
        refusalOf(intake.read(request, one(`10.0.0.${i}`, true), 262_144)),
      );
      const held = intake.heldBytes();
      expect(held).toBeLessThanOrEqual(totalBytes / 4);
    }
    await until(() => intake.heldBytes() > 0);
    expect((await Promise.race(refused)).status).toBe(429);
    expect(intake.heldBytes()).toBeLessThanOrEqual(totalBytes / 4);
    for (const sender of [one("10.1.0.1", true), one("ann")]) {
      const { request, push, end } = slowBody();
      push(200_000);
      end();
      const body = await intake.read(request, sender, 262_144);
      expect(body.bytes.length).toBe(200_000);
      body.done();
    }
    // Those who had sent most by then had to go, the first of them first.
    expect((await refused[0])?.status).toBe(429);
  },
  giveUpMs,
);

test(
  "one sender's half bodies take no more than a share, and push out nobody else's",
  async () => {
    const totalBytes = 16_000_000;
    const intake = createIntake({ totalBytes, elapsed: () => 0 });
    const patient = slowBody();
    const reading = intake.read(
      patient.request,
      one("10.9.9.9", true),
      262_144,
    );
    patient.push(100_000);
    await until(() => intake.heldBytes() >= 100_000);
    const refused = Array.from({ length: 50 }, () => {
      const { request, push } = slowBody();
      push(100_000);
      return refusalOf(intake.read(request, one("10.0.0.1", true), 262_144));
    });
    expect((await Promise.race(refused)).refusal.detail).toContain(
      "one sender",
    );
    expect(intake.heldBytes()).toBeLessThanOrEqual(100_000 + totalBytes / 16);
    patient.end();
    expect((await reading).bytes.length).toBe(100_000);
  },
  giveUpMs,
);

for (const { who, bound, told, nameOf } of [
  {
    who: "one user",
    bound: 2_000_000,
    told: "bodies of one sender",
    nameOf: () => "ann",
  },
  {
    who: "many users",
    bound: 4_000_000,
    told: "too many bodies are coming in",
    nameOf: (i: number) => `user${i}`,
  },
])
  test(
    `half bodies of ${who} with tokens hold no more than their bound`,
    async () => {
      const intake = createIntake({ totalBytes: 4_000_000, elapsed: () => 0 });
      const refused = Array.from({ length: 50 }, (_, i) => {
        const { request, push } = slowBody();
        push(100_000);
        return refusalOf(intake.read(request, one(nameOf(i)), 262_144));
      });
      expect((await Promise.race(refused)).refusal.detail).toContain(told);
      expect(intake.heldBytes()).toBeLessThanOrEqual(bound);
    },
    giveUpMs,
  );

test("a body that came in pieces of one byte takes no more than one in one piece", async () => {
  const intake = createIntake({ totalBytes: 2 ** 26, elapsed: () => 0 });
  const { request, push, end } = slowBody();
  for (let i = 0; i < 10_000; i++) push(1);
  end();
  const body = await intake.read(request, one("ann"), 100_000);
  expect(body.bytes.length).toBe(10_000);
  expect(intake.heldBytes()).toBeLessThanOrEqual(65_536);
  body.done();
  expect(intake.heldBytes()).toBe(0);
});

test("what is worked on still counts, and is never taken away", async () => {
  const intake = createIntake({ totalBytes: 1_000_000, elapsed: () => 0 });
  const whole = slowBody();
  whole.push(400_000);
  whole.end();
  const body = await intake.read(whole.request, one("ann"), 1_000_000);
  expect(intake.heldBytes()).toBeGreaterThanOrEqual(400_000);
  const more = slowBody();
  more.push(700_000);
  const refusal = refusalOf(intake.read(more.request, one("bob"), 1_000_000));
  expect((await refusal).status).toBe(429);
  expect(body.bytes.length).toBe(400_000);
  body.done();
  expect(intake.heldBytes()).toBe(0);
});

test(
  "half a body held up a stop for as long as its sender was given",
  async () => {
    let at = 0;
    const intake = createIntake({ totalBytes: 2 ** 26, elapsed: () => at });
    const half = slowBody({ "content-length": "1048000" });
    half.push(1_000_000);
    const refusal = refusalOf(intake.read(half.request, one("ann"), 1_048_576));
    await until(() => intake.heldBytes() >= 1_000_000);
    intake.stop();
    const whole = slowBody();
    const reading = intake.read(whole.request, one("bob"), 1_000);
    whole.push(500);
    whole.end();
    expect((await reading).bytes.length).toBe(500);
    at = 2_001;
    expect((await refusal).status).toBe(503);
  },
  giveUpMs,
);
