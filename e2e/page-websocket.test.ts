import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { gobCodec } from "@parley/protocol/gob";
import { GetMaxSeqResp } from "@parley/protocol/generated/sdkws";
import { schema } from "@parley/protocol/generated/schema";
import { UserRegister } from "@parley/protocol/methods/users";
import { SendBusinessNotification } from "@parley/protocol/methods/messages";

import { listServedRoutes } from "./rights/served-routes.ts";
import { Admin } from "./client.ts";
import { codeBlocks, repositoryFile } from "./pages.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { difference } from "./shapes.ts";

// docs/websocket.md: its frames as they are printed, sent to a real server.

const page = "docs/websocket.md";
const blocks = codeBlocks(page);
const block = (note: string): string =>
  blocks.find((each) => each.note === note)?.text ?? "";
const words = readFileSync(repositoryFile(page), "utf8");

let server: RunningServer;
let admin: Admin;
let token: string;
beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
  // The frames of the page are Ann's.
  await admin.post(UserRegister, {
    users: [{ userID: "ann", nickname: "Ann" }],
  });
  await admin.post(SendBusinessNotification, {
    sendUserID: "ann",
    recvUserID: "ann",
    key: "a notice that is stored",
    data: "",
    reliabilityLevel: 2,
  });
  token = await admin.tokenOf("ann");
});
afterAll(() => server[Symbol.asyncDispose]());

/** Everything that comes, one after another, once the socket is open. */
async function connect(
  more: Record<string, string>,
): Promise<{ socket: WebSocket; next(): Promise<string | Uint8Array> }> {
  const query = new URLSearchParams({
    sendID: "ann",
    token,
    platformID: "5",
    operationID: "1",
    isBackground: "false",
    ...more,
  });
  const socket = new WebSocket(`${server.ws}/?${query}`);
  socket.binaryType = "arraybuffer";
  const arrived: (string | Uint8Array)[] = [];
  let wake: () => void = () => undefined;
  socket.onmessage = ({ data }) => {
    arrived.push(
      typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer),
    );
    wake();
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return {
    socket,
    async next() {
      while (arrived.length === 0)
        await new Promise<void>((resolve) => (wake = resolve));
      return arrived.shift()!;
    },
  };
}

const asJSON = (frame: string | Uint8Array): unknown =>
  JSON.parse(
    typeof frame === "string" ? frame : new TextDecoder().decode(frame),
  );

test("the outcome, a request in JSON and a ping are answered as the page shows", async () => {
  const { socket, next } = await connect({ isMsgResp: "true", sdkType: "js" });
  expect(asJSON(await next())).toEqual(JSON.parse(block("outcome")));

  socket.send(new TextEncoder().encode(block("request")));
  const answer = asJSON(await next()) as { data: string };
  const shown = JSON.parse(block("answer")) as { data: string };
  expect(difference(shown, answer)).toBeUndefined();
  expect({ ...answer, data: "" }).toEqual({ ...shown, data: "" });
  const seqsIn = ({ data }: { data: string }) =>
    GetMaxSeqResp.decode(Buffer.from(data, "base64")).maxSeqs;
  expect(seqsIn(answer)).toEqual({ n_ann_ann: 1 });
  expect(seqsIn(shown)).toEqual({ n_ann_ann: 1 });

  socket.send(block("ping"));
  expect(asJSON(await next())).toEqual(JSON.parse(block("pong")));
  socket.close();
});

test("the request in gob is the same one", async () => {
  const { socket, next } = await connect({});
  socket.send(Buffer.from(block("gob").replaceAll("\n", ""), "hex"));
  const answer = gobCodec.decodeResponse((await next()) as Uint8Array);
  expect(answer).toMatchObject({ reqIdentifier: 1001, msgIncr: "1" });
  expect(GetMaxSeqResp.decode(answer.data).maxSeqs).toEqual({ n_ann_ann: 1 });
  socket.close();
});

test("the page prints the client and its protobuf as they run", () => {
  for (const file of ["examples/socket-client.mjs", "examples/protobuf.mjs"])
    expect(block(file)).toBe(readFileSync(repositoryFile(file), "utf8"));
});

test("the page has every frame that is answered", async () => {
  const { frames } = await listServedRoutes();
  const answered = frames.filter((each) => each !== 1004);
  expect(answered.length).toBeGreaterThan(8);
  for (const frame of answered) expect(words).toContain(`| ${frame} `);
});

test("the page numbers fields as the protocol does", () => {
  const lines = block("fields").split("\n").filter(Boolean);
  let message = "";
  const said = new Map<string, string[]>();
  for (const line of lines)
    if (line.startsWith(" "))
      said.get(message)?.push(...line.trim().split(/ +/));
    else said.set((message = line), []);
  expect(said.size).toBeGreaterThan(20);
  const known = new Map(
    Object.entries(schema).map(([name, fields]) => [
      name,
      fields.replace(/:(?:\w+\.)+(\w+)/g, ":$1"),
    ]),
  );
  for (const [name, fields] of said) {
    const right = ["sdkws", "msg", "push"]
      .map((area) => known.get(`openim.${area}.${name}`))
      .find((each) => each !== undefined);
    expect([name, fields.join(" ")]).toEqual([
      name,
      right ?? "no such message",
    ]);
  }
});
