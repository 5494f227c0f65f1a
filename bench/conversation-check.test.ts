import { describe, expect, test } from "bun:test";

import { ConversationCheck, VerificationError } from "./conversation-check.ts";

const pair = { members: 2, senders: 2 };

/** A conversation in which both have sent three messages. */
function sixSent(baseSeq = 0): ConversationCheck {
  const check = new ConversationCheck("si_a_b", pair, baseSeq);
  for (const sender of [0, 1])
    for (let i = 0; i < 3; i++) expect(check.sent(sender)).toBe(i);
  return check;
}

test("every message once, in order, at every member is complete", () => {
  const check = sixSent();
  for (const member of [0, 1]) {
    check.received(member, 0, 0, 1);
    check.received(member, 1, 0, 2);
    check.received(member, 1, 1, 3);
    check.received(member, 0, 1, 4);
    check.received(member, 0, 2, 5);
    check.received(member, 1, 2, 6);
  }
  check.requireComplete();
});

test("a message delivered twice is found", () => {
  const check = sixSent();
  check.received(1, 0, 0, 1);
  expect(() => check.received(1, 0, 0, 1)).toThrow(VerificationError);
});

test("a message delivered again under a new seq is found", () => {
  const check = sixSent();
  check.received(1, 0, 0, 1);
  expect(() => check.received(1, 0, 0, 2)).toThrow(/message 0 .* instead of 1/);
});

test("a gap in the seqs is found", () => {
  const check = sixSent();
  check.received(1, 0, 0, 1);
  expect(() => check.received(1, 0, 1, 3)).toThrow(/seq 3 instead of 2/);
});

test("a message lost without a gap is found", () => {
  const check = sixSent();
  check.received(1, 0, 0, 1);
  expect(() => check.received(1, 0, 2, 2)).toThrow(/message 2 .* instead of 1/);
});

test("a message that nobody sent is found", () => {
  const check = new ConversationCheck("si_a_b", pair, 0);
  expect(() => check.received(1, 0, 0, 1)).toThrow(/was not sent/);
});

test("members who see different messages at one seq are found", () => {
  const check = sixSent();
  check.received(0, 0, 0, 1);
  expect(() => check.received(1, 1, 0, 1)).toThrow(/disagree .* seq 1/);
});

test("what is missing at the end is found", () => {
  const check = sixSent();
  check.received(0, 0, 0, 1);
  expect(() => check.requireComplete()).toThrow(/member 0 got 1 of the 3/);
});

test("seqs go on from what was there, and the server's own words count", () => {
  const check = sixSent(7);
  check.receivedNotice(0, 7); // late, and known before
  check.receivedNotice(0, 8);
  check.received(0, 0, 0, 9);
  expect(() => check.receivedNotice(0, 11)).toThrow(/seq 11 instead of 10/);
});

describe("where messages may be refused", () => {
  const counts = { members: 2, senders: 1 };
  const create = () =>
    new ConversationCheck("c", counts, 0, { mayRefuse: true });

  /** Three are sent, and both members get the first and the last. */
  function overtaken() {
    const check = create();
    for (let i = 0; i < 3; i++) check.sent(0);
    for (const member of [0, 1]) {
      check.received(member, 0, 0, 1);
      check.received(member, 0, 2, 2);
    }
    return check;
  }

  test("one that was refused is missed by nobody", () => {
    const check = overtaken();
    check.refused(0, 1);
    expect(() => check.requireComplete()).not.toThrow();
  });

  test("one that was not refused is missed", () => {
    expect(() => overtaken().requireComplete()).toThrow("never got message 1");
  });

  test("one that was refused and came all the same is told", () => {
    const check = overtaken();
    check.refused(0, 1);
    check.refused(0, 2);
    expect(() => check.requireComplete()).toThrow("that was refused");
  });

  test("one that comes twice is told at once", () => {
    const check = overtaken();
    expect(() => check.received(0, 0, 1, 3)).toThrow("instead of 3");
  });
});
