import { expect, test } from "bun:test";

import { ReqIdentifier } from "@parley/protocol/envelope";
import { NewestSeqFrame, SendMsgFrame } from "@parley/protocol/methods/frames";
import { CreateGroup, GetGroupsInfo } from "@parley/protocol/methods/groups";

import { byIdentifier } from "../gateway/requests.ts";
import type { FrameCall } from "../gateway/requests.ts";
import type { Call } from "../http/route.ts";
import type { Engine } from "../storage/engine.ts";
import { framesAsChanges, routesAsChanges } from "./change-reads.ts";

const call = {} as Call;

/** An engine that knows what is a change at the moment. */
function engine() {
  let isChange = false;
  const losses: Pick<NonNullable<Engine["losses"]>, "asChange"> = {
    asChange(work) {
      isChange = true;
      const result = work();
      isChange = false;
      return result;
    },
  };
  return { engine: { losses } as Engine, isChange: () => isChange };
}

test("a message from a socket reads as a change does, and a pull as reads do", async () => {
  const { engine: pretended, isChange } = engine();
  const seen: [number, boolean][] = [];
  const handlers = byIdentifier(
    [SendMsgFrame, NewestSeqFrame].map((frame) => ({
      frame,
      async answer() {
        seen.push([frame.reqIdentifier, isChange()]);
        return { data: new Uint8Array() };
      },
    })),
  );
  for (const { answer } of framesAsChanges(pretended, handlers).values())
    await answer({} as FrameCall);
  expect(seen).toEqual([
    [ReqIdentifier.sendMsg, true],
    [ReqIdentifier.getNewestSeq, false],
  ]);
});

test("a route that changes reads as a change does, and one that reads does not", async () => {
  const { engine: pretended, isChange } = engine();
  const seen: [string, boolean][] = [];
  const routes = [CreateGroup, GetGroupsInfo].map((method) => ({
    method,
    async answer() {
      seen.push([method.path, isChange()]);
      return undefined;
    },
  }));
  for (const { answer } of routesAsChanges(pretended, routes))
    await answer(call, "{}");
  expect(seen).toEqual([
    [CreateGroup.path, true],
    [GetGroupsInfo.path, false],
  ]);
});
