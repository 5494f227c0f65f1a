import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";

import { ReqIdentifier } from "@parley/protocol/envelope";
import { GetMaxSeqReq } from "@parley/protocol/generated/sdkws";
import { gzipFrame } from "@parley/protocol/gzip";
import { jsonCodec } from "@parley/protocol/json-envelope";
import {
  AccountCheck,
  GetUsersInfo,
  GetUsersStatus,
} from "@parley/protocol/methods/users";
import { GetAdminToken } from "@parley/protocol/methods/auth";

import { Admin, Client, post } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";

let server: RunningServer;
let admin: Admin;
let ann: string;
let bob: string;

beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
  [ann = "", bob = ""] = await admin.users("ann", "bob");
});
afterAll(() => server[Symbol.asyncDispose]());

/** Tokens of one platform replace each other, so each test gets its own. */
const signIn = async (
  userID: string,
  platformID: number,
  encoding: "json" | "gob+gzip" = "json",
): Promise<Client> => {
  const token = await admin.tokenOf(userID, platformID);
  return Client.connect(server.ws, userID, token, { platformID, encoding });
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 0,
    (error: { code?: number }) => error.code ?? error,
  );

describe("a socket", () => {
  test.each([
    ["without a token", { token: "" }, 1602],
    ["with a token that is none", { token: "nonsense" }, 1503],
    ["on an unknown platform", { platformID: "12" }, 1602],
    ["of somebody else", { sendID: "bob" }, 1502],
    [
      "that does not say whether it is in the background",
      { isBackground: "" },
      500,
    ],
  ])("%s is refused", async (_case, wrong, code) => {
    const query = new URLSearchParams({
      sendID: ann,
      token: await admin.tokenOf(ann, 5),
      platformID: "5",
      operationID: "op",
      isBackground: "false",
      ...wrong,
    });
    const response = await fetch(
      `${server.ws.replace("ws:", "http:")}/?${query}`,
      { headers: upgradeHeaders },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ errCode: code });
  });

  test.each([
    ["random bytes", () => crypto.getRandomValues(new Uint8Array(300))],
    ["nothing", () => new Uint8Array()],
    ["60 KB", () => new Uint8Array(60_000)],
    ["text that is no ping", () => "hello"],
    ["gzip where none was agreed", () => gzipFrame(new Uint8Array(50))],
  ])("that sends %s ends, and only that one", async (_case, frame) => {
    await using good = await signIn(bob, 2);
    await using bad = await signIn(ann, 1);
    bad.sendFrame(frame());
    await bad.closed();
    expect(await good.newestSeqs()).toBeObject();
  });

  test.each([
    ["plain JSON to a gzip connection", () => new TextEncoder().encode("{}")],
    [
      "gzip of no gob",
      () => gzipFrame(crypto.getRandomValues(new Uint8Array(99))),
    ],
    [
      "a gzip bomb",
      () => new Uint8Array(Bun.gzipSync(new Uint8Array(20_000_000))),
    ],
  ])("of a Go SDK that sends %s ends", async (_case, frame) => {
    await using bad = await signIn(ann, 1, "gob+gzip");
    bad.sendFrame(frame());
    await bad.closed();
  });

  test("with data that is no protobuf gets 500 and stays", async () => {
    await using client = await signIn(ann, 1);
    const nonsense = new Uint8Array([0xff, 0xff, 0xff]);
    for (const op of [
      ReqIdentifier.getNewestSeq,
      ReqIdentifier.pullMsgByRange,
      ReqIdentifier.sendMsg,
      ReqIdentifier.pullMsgBySeqList,
      ReqIdentifier.getConvMaxReadSeq,
      ReqIdentifier.pullConvLastMessage,
      ReqIdentifier.setBackgroundStatus,
      ReqIdentifier.subUserOnlineStatus,
    ])
      expect(await codeOf(client.request(op, nonsense))).toBe(500);
    expect(await client.newestSeqs()).toBeObject();
  });

  test("that never reads is dropped, and its messages wait for it", async () => {
    await using sender = await signIn(bob, 2);
    const deaf = await connectDeaf(ann, await admin.tokenOf(ann, 3), 3);
    const big = "x".repeat(25_000);
    let sent = 0;
    // More than the socket's buffers and the server's queue take.
    while (!deaf.isClosed() && sent < 1_500) {
      await Promise.all([1, 2, 3, 4].map(() => sender.say(ann, big)));
      sent += 4;
    }
    expect(deaf.isClosed()).toBe(true);
    await using reader = await signIn(ann, 4);
    const [id = ""] = Object.keys(await reader.newestSeqs());
    expect((await reader.newestSeqs())[id]).toBe(sent);
    const status = await admin.post<{
      statusList: { platformIDs: number[] }[];
    }>(GetUsersStatus, { userID: bob, userIDs: [ann] });
    expect(status.statusList[0]?.platformIDs).toEqual([4]);
  });

  test("that floods is served or ends, and others do not suffer", async () => {
    await using good = await signIn(bob, 2);
    await using flooding = await signIn(ann, 1);
    const frame = jsonCodec.encodeRequest({
      reqIdentifier: ReqIdentifier.getNewestSeq,
      token: "",
      sendID: ann,
      operationID: "op",
      msgIncr: "nobody waits for it",
      data: GetMaxSeqReq.encode({ userID: ann }),
    });
    const count = 5_000;
    for (let i = 0; i < count; i++) flooding.sendFrame(frame);
    expect(await good.newestSeqs()).toBeObject();
    await flooding.until(
      () => flooding.isClosed || flooding.notices.length === count,
    );
  });
});

describe("nobody acts as somebody else", () => {
  test("by the envelope's sender", async () => {
    await using client = await signIn(ann, 1);
    client.sendFrame(
      jsonCodec.encodeRequest({
        reqIdentifier: ReqIdentifier.getNewestSeq,
        token: "",
        sendID: bob,
        operationID: "op",
        msgIncr: "m",
        data: GetMaxSeqReq.encode({ userID: bob }),
      }),
    );
    await client.closed();
  });

  test("by the message's sender", async () => {
    await using client = await signIn(ann, 1);
    const stolen = client.say(bob, "I am Bob", { sendID: bob });
    expect(await codeOf(stolen)).toBe(1002);
  });

  test("by reading another's seqs", async () => {
    await using client = await signIn(ann, 1);
    const data = GetMaxSeqReq.encode({ userID: bob });
    expect(await codeOf(client.request(ReqIdentifier.getNewestSeq, data))).toBe(
      1002,
    );
  });

  test("by a notification of one's own making", async () => {
    await using client = await signIn(ann, 1);
    const forged = client.say(bob, "revoked", { contentType: 2101 });
    expect(await codeOf(forged)).toBe(1002);
  });

  test("and a stranger pulls nothing of a conversation", async () => {
    const [cat = ""] = await admin.users("cat");
    await using client = await signIn(ann, 1);
    await using stranger = await signIn(cat, 1);
    await client.say(bob, "between us");
    const ids = Object.keys(await client.newestSeqs());
    for (const id of [...ids, ...ids.map((each) => each.replace(/^si/, "n"))])
      expect(await stranger.pull(id, 1, 10)).toEqual([]);
  });
});

/** The answer to a request without a header Host, or with that one. */
async function askWithHost(
  address: string,
  path: string,
  host: string | undefined,
): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  const header = host === undefined ? "" : `Host: ${host}\r\n`;
  const version = host === undefined ? "1.0" : "1.1";
  socket.write(
    `GET ${path} HTTP/${version}\r\n${header}Connection: close\r\n\r\n`,
  );
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe.each([undefined, "", "two words", "a:b:c", "[::"])(
  "a request whose header Host is %p",
  (host) => {
    test("is answered by its path", async () => {
      const answer = await askWithHost(server.api, "/healthz", host);
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    });

    test("leaves no token in the log", async () => {
      const token = await admin.tokenOf(ann, 7);
      const path = `/?sendID=${ann}&platformID=7&operationID=o&token=${token}x`;
      const answer = await askWithHost(server.ws, path, host);
      expect(answer).toContain('"errCode":500');
      expect(answer).toContain("isBackground");
      expect(server.logs()).not.toContain(token);
    });
  },
);

describe("a REST body", () => {
  test.each([
    ["that is no JSON", "{", 1001],
    ["that is a list", "[]", 1001],
    ["with a field of the wrong type", '{"userIDs":"ann"}', 1001],
    ["nested 100,000 deep", `${"[".repeat(100_000)}`, 1001],
    ["without what it must have", "{}", 1001],
  ])("%s is refused in one line", async (_case, body, code) => {
    const token = await admin.tokenOf(ann, 9);
    const response = await fetch(`${server.api}${GetUsersInfo.path}`, {
      method: "POST",
      headers: { operationID: "op", token },
      body,
    });
    const answer = (await response.json()) as Record<string, string | number>;
    expect(answer["errCode"]).toBe(code);
    expect(`${answer["errMsg"]}${answer["errDlt"]}`).not.toContain("\n");
  });

  test("never carries a stack or a secret to the log", async () => {
    await codeOf(
      post(server.api, GetAdminToken, {
        secret: "wrong-secret-of-mine",
        userID: "imAdmin",
      }),
    );
    const token = await admin.tokenOf(bob, 9);
    await codeOf(post(server.api, AccountCheck, {}, token));
    expect(server.logs()).not.toContain("wrong-secret-of-mine");
    expect(server.logs()).not.toContain(token);
  });
});

const upgradeHeaders = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** A connection that says hello and then never reads from its socket. */
async function connectDeaf(
  userID: string,
  token: string,
  platformID: number,
): Promise<{ isClosed(): boolean }> {
  const { hostname, port } = new URL(server.ws);
  const socket = connect({ host: hostname, port: Number(port) });
  let isClosed = false;
  socket.on("close", () => (isClosed = true));
  socket.on("error", () => (isClosed = true));
  const query = new URLSearchParams({
    sendID: userID,
    token,
    platformID: String(platformID),
    operationID: "op",
    isBackground: "false",
    sdkType: "js",
  });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const headers = Object.entries(upgradeHeaders).map(([k, v]) => `${k}: ${v}`);
  socket.write(
    `GET /?${query} HTTP/1.1\r\nhost: ${hostname}\r\n${headers.join("\r\n")}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  socket.pause();
  return {
    // The end of the stream is seen by who reads; writing tells it as well.
    isClosed: () => {
      if (!isClosed) socket.write(new Uint8Array());
      return isClosed || isGone(userID, platformID);
    },
  };
}

/** The server says in its log whom it dropped. */
function isGone(userID: string, platformID: number): boolean {
  return server
    .logs()
    .split("\n")
    .some(
      (line) =>
        line.includes('"connection cut"') &&
        line.includes(userID) &&
        line.includes(`"platformID":${platformID},`),
    );
}
