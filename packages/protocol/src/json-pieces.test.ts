import { expect, test } from "bun:test";

import { GetMaxSeqResp, MsgData } from "./generated/sdkws.ts";
import { GetDesignateUsersReq, UserRegisterReq } from "./generated/user.ts";
import type { MessageType } from "./message.ts";

const sizes = [0, 1, 99, 100, 101, 250];

function expectSame<T>(type: MessageType<T>, value: Partial<T>): number {
  const pieces = [...type.toJSONPieces(value)];
  expect(pieces.join("")).toBe(type.toJSON(value));
  return Math.max(...pieces.map(({ length }) => length));
}

test.each(sizes)("lists and maps of %i come out the same in pieces", (size) => {
  const names = Array.from({ length: size }, (_, i) => `name ${i} "<&>"`);
  expectSame(GetDesignateUsersReq, { userIDs: names });
  expectSame(GetMaxSeqResp, {
    maxSeqs: Object.fromEntries(names.map((name, i) => [name, i])),
  });
  expectSame(UserRegisterReq, {
    users: names.map((userID) => ({ userID, nickname: "n" })) as never,
  });
});

test("what is left out, absent or null comes out the same in pieces", () => {
  expectSame(GetMaxSeqResp, {});
  expectSame(UserRegisterReq, {});
  expectSame(MsgData, { options: {}, atUserIDList: [], offlinePushInfo: null });
  expectSame(MsgData, {
    options: { history: false },
    content: Buffer.from("x"),
  });
});

test("no piece grows with the list", () => {
  const of = (count: number) => ({
    userIDs: Array<string>(count).fill("somebody"),
  });
  const small = expectSame(GetDesignateUsersReq, of(1_000));
  expect(expectSame(GetDesignateUsersReq, of(10_000))).toBe(small);
});
