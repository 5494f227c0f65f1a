import { createHash, randomBytes } from "node:crypto";

import type { InitiateMultipartUploadResp } from "@parley/protocol/generated/third";
import { AccountLogin } from "@parley/protocol/methods/chat/accounts";
import { AccountAddUser } from "@parley/protocol/methods/chat/managed-users";
import {
  CompleteMultipartUpload,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { signInAdministrator } from "../agents/bots.ts";
import { Admin, post, RequestError } from "../client.ts";
import { startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

// What nodes know together beside messages: accounts, files, bots, long work.

let cluster: Cluster;
let admins: Admin[];
let boss: string;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 2 });
  admins = await Promise.all(
    cluster.nodes.map(({ server }) => Admin.signIn(server.api)),
  );
  boss = await signInAdministrator(cluster.node(0).server);
});
afterAll(() => cluster[Symbol.asyncDispose]());

const md5 = (bytes: Uint8Array | string): string =>
  createHash("md5").update(bytes).digest("hex");

const codeOf = (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 0,
    (error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      return error.code;
    },
  );

test("wrong passwords at either node lock the account at both", async () => {
  const phone = { areaCode: "+1", phoneNumber: "5550100" };
  await post(
    cluster.node(0).server.chatAdmin,
    AccountAddUser,
    { user: { ...phone, nickname: "Ann", password: md5("secret") } },
    boss,
  );
  const signIn = (at: number, password: string) =>
    codeOf(
      post(cluster.node(at).server.chat, AccountLogin, {
        ...{ ...phone, password: md5(password), platform: 5 },
      }),
    );
  expect(await signIn(1, "secret")).toBe(0);
  for (let i = 0; i < 10; i++) expect(await signIn(i % 2, "x")).toBe(20001);
  for (const at of [0, 1]) expect(await signIn(at, "secret")).toBe(20012);
});

describe("a file", () => {
  const partSize = 5_242_880;

  /** Begins it at one node and completes it at the other; answers its address. */
  async function begin(
    at: number,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
  ) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / partSize) },
      (_, i) => bytes.slice(i * partSize, (i + 1) * partSize),
    );
    const parts = pieces.map(md5);
    const about = { name, contentType: "text/plain", cause: "" };
    const { url, upload } = await admins[at]!.post<InitiateMultipartUploadResp>(
      InitiateMultipartUpload,
      {
        ...{ ...about, hash: md5(parts.join()), size: bytes.length },
        ...{ partSize, maxParts: pieces.length },
      },
    );
    for (const { partNumber, url: own, query } of upload?.sign?.parts ?? []) {
      const address = new URL(own || (upload?.sign?.url ?? ""));
      for (const { key, values } of [
        ...(upload?.sign?.query ?? []),
        ...(query ?? []),
      ])
        address.searchParams.set(key, values[0] ?? "");
      const body = pieces[partNumber - 1];
      const { status } = await fetch(address, { method: "PUT", body });
      expect(status).toBe(200);
    }
    return {
      url,
      complete: (at: number) =>
        admins[at]!.post<{ url: string }>(CompleteMultipartUpload, {
          ...{ ...about, uploadID: upload?.uploadID ?? "", parts },
        }),
    };
  }

  test.each([
    ["of one piece", 1_000],
    ["of parts", partSize + 1_000],
  ])(
    "%s is begun at one node and completed at the other, by several at once",
    async (_, size) => {
      const bytes = new Uint8Array(randomBytes(size));
      const both = await Promise.all(
        [0, 1].map((at) => begin(at, `imAdmin/${size} ${at}`, bytes)),
      );
      const urls = await Promise.all(
        both.flatMap(({ complete }, at) => [complete(1 - at), complete(at)]),
      );
      for (const { url } of urls) {
        const found = await fetch(url);
        expect(md5(await found.bytes())).toBe(md5(bytes));
      }
      // The content is known now, whichever node is asked.
      const again = await begin(1, `imAdmin/${size} again`, bytes);
      expect(again.url).not.toBe("");
    },
  );

  test("folder that two nodes shared would be nobody's", async () => {
    const { dataFolder } = cluster.node(0).server;
    const started = cluster.addNode({
      environment: { PARLEY_DATA: dataFolder },
    });
    expect(await started.catch(String)).toContain(
      `the data folder ${dataFolder} is in use by another Parley: stop that one, or set PARLEY_DATA to another folder`,
    );
    await cluster.node(0).ready();
  });
});
