import { expect, test } from "bun:test";

import { createRateLimiter } from "./rate-limiter.ts";

function limiter() {
  const clock = { now: 1_000_000 };
  const settings = { userRate: 10, addressRate: 20 };
  return { clock, ...createRateLimiter(settings, () => clock.now) };
}

const countAdmitted = (admits: () => boolean, asked: number): number =>
  Array.from({ length: asked }, admits).filter(Boolean).length;

test("five seconds' worth may come at once, then as much as a second brings", () => {
  const { clock, admitsUser } = limiter();
  expect(countAdmitted(() => admitsUser("ann"), 200)).toBe(50);
  clock.now += 1_000;
  expect(countAdmitted(() => admitsUser("ann"), 200)).toBe(10);
  // However long nobody asks, it is never more than that.
  clock.now += 3_600_000;
  expect(countAdmitted(() => admitsUser("ann"), 200)).toBe(50);
});

test("users and addresses do not share", () => {
  const { admitsUser, admitsAddress } = limiter();
  expect(countAdmitted(() => admitsUser("ann"), 200)).toBe(50);
  expect(admitsUser("bob")).toBe(true);
  expect(countAdmitted(() => admitsAddress("::1"), 200)).toBe(100);
  expect(admitsAddress("127.0.0.1")).toBe(true);
});

test("a clock that goes back gives nothing and takes nothing", () => {
  const { clock, admitsUser } = limiter();
  countAdmitted(() => admitsUser("ann"), 49);
  clock.now -= 60_000;
  expect(admitsUser("ann")).toBe(true);
  expect(admitsUser("ann")).toBe(false);
});
