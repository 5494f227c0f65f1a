import { maxFrameBytes } from "@parley/protocol/frame-size";
import { GetMaxSeqResp } from "@parley/protocol/generated/sdkws";
import { NewestSeqFrame } from "@parley/protocol/methods/frames";

import { expect, test } from "bun:test";

import type { Session } from "../gateway/sessions.ts";
import { byIdentifier } from "../gateway/requests.ts";
import { wireFormat } from "../gateway/wire-format.ts";
import { messageFrames } from "./frames.ts";
import type { Pulling } from "./pull.ts";

const newest = Array.from({ length: 30_000 }, (_, i) => ({
  conversationID: `sg_${String(i).padStart(64, "g")}`,
  maxSeq: 1 + i,
  maxSeqTime: 1_000 + ((i * 7_919) % 30_000),
}));

test.each([
  ["", true, 30_000],
  ["js", true, 30_000],
  ["", false, 0],
  ["js", false, 0],
] as const)(
  "of more newest seqs than fit into a frame (%p, gzip %p) those where something was said last are told",
  async (sdkType, isGzip, all) => {
    const handlers = byIdentifier(
      messageFrames({
        pulling: {
          newestSeqs: () => Promise.resolve(newest),
        } as unknown as Pulling,
        sending: undefined as never,
        actorOf: () => ({ userID: "ann", platformID: 1, isAdmin: false }),
        requireNotKicked: () => Promise.resolve(),
      }),
    );
    const wire = wireFormat(sdkType, isGzip);
    const answer = await handlers.get(NewestSeqFrame.reqIdentifier)?.answer({
      session: { wire } as Session,
      operationID: "op",
      data: NewestSeqFrame.request.encode({ userID: "ann" }),
    });
    const data = (await answer?.data) ?? new Uint8Array();
    const frame = wire.encode({
      reqIdentifier: NewestSeqFrame.reqIdentifier,
      msgIncr: "1",
      operationID: "op",
      errCode: 0,
      errMsg: "",
      data,
    });
    expect(frame.length).toBeLessThanOrEqual(maxFrameBytes);
    const { maxSeqs } = GetMaxSeqResp.decode(data);
    const told = Object.keys(maxSeqs).length;
    if (all > 0) expect(told).toBe(all);
    else {
      expect(told).toBeGreaterThan(8_000);
      const oldest = newest.toSorted((a, b) => a.maxSeqTime - b.maxSeqTime);
      const left = new Set(
        oldest.slice(0, -told).map(({ conversationID }) => conversationID),
      );
      expect(Object.keys(maxSeqs).filter((id) => left.has(id))).toEqual([]);
    }
  },
);
