import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";

import { compare } from "./compare.ts";
import { settle } from "./expectations.ts";
import { startFakeServer } from "./fake-server.ts";
import type { Behaviour } from "./fake-server.ts";
import { gobDecode, gobEncode } from "./gob.ts";
import { startHookReceiver } from "./hooks.ts";
import type { Json, JsonObject } from "./json.ts";
import { multipart } from "./multipart.ts";
import { createReplayer } from "./replay.ts";
import type { Verdict } from "./replay.ts";
import { describeFailures } from "./report.ts";
import { createServers } from "./servers.ts";
import { dataFolder, listFiles, loadScenario } from "./scenario.ts";
import type { Scenario, Step } from "./scenario.ts";
import type { Envelope, Reply } from "./envelope.ts";
import { evaluate, fill, mask } from "./variables.ts";

/** The places where an answer differs. */
const places = (...args: Parameters<typeof compare>) =>
  compare(...args).differences.map(({ at }) => at);

describe("an answer", () => {
  const recorded = { errCode: 0, data: { users: [{ id: "<id>", age: 1 }] } };

  test("is as recorded", () => {
    expect(places(recorded, structuredClone(recorded))).toEqual([]);
  });

  test.each<[string, Json, string[]]>([
    ["has another value", { ...recorded, errCode: 1 }, ["errCode"]],
    ["has a value of another type", { ...recorded, errCode: "0" }, ["errCode"]],
    ["lacks a key", { errCode: 0 }, ["data"]],
    ["has null for an object", { errCode: 0, data: null }, ["data"]],
    ["has a list for an object", { errCode: 0, data: [] }, ["data"]],
    [
      "has an object for a list",
      { errCode: 0, data: { users: {} } },
      ["data.users"],
    ],
    [
      "has too few entries",
      { errCode: 0, data: { users: [] } },
      ["data.users"],
    ],
    [
      "has too many entries",
      { errCode: 0, data: { users: [...recorded.data.users, {}] } },
      ["data.users"],
    ],
    [
      "has a value where a made-up one was recorded",
      { errCode: 0, data: { users: [{ id: "5", age: 1 }] } },
      ["data.users[0].id"],
    ],
  ])("%s", (_title, got, at) => {
    expect(places(recorded, got)).toEqual(at);
  });

  test("may have keys that the recording has not, and they are told", () => {
    const { differences, extras } = compare({ a: 1 }, { a: 1, b: 2 });
    expect(differences).toEqual([]);
    expect(extras).toEqual([{ at: "b", got: 2 }]);
  });

  test("differs from a recording without an answer", () => {
    expect(places(undefined, {})).toEqual([""]);
  });

  test("may say any detail but has to say one", () => {
    expect(places({ errDlt: "a" }, { errDlt: "b" })).toEqual([]);
    expect(places({ errDlt: "a" }, {})).toEqual(["errDlt"]);
  });

  test("has a number where any will do", () => {
    expect(places(["<n>"], [7])).toEqual([]);
    expect(places(["<n>"], ["7"])).toEqual(["[0]"]);
  });

  test("is not compared below ignored paths, whatever the index", () => {
    const ignore = ["data.users.age"];
    const got = { errCode: 0, data: { users: [{ id: "<id>", age: 2 }] } };
    expect(places(recorded, got, { ignore })).toEqual([]);
    delete (got.data.users[0] as JsonObject)["age"];
    expect(places(recorded, got, { ignore })).toEqual([]);
    expect(places(recorded, got, { ignore: ["data.users.ag"] })).toEqual([
      "data.users[0].age",
    ]);
  });

  test("has lists in their order, but for the unordered ones", () => {
    const want: Json = { list: [{ a: 1, b: 2 }, { a: 3 }] };
    const got: Json = { list: [{ a: 3 }, { b: 2, a: 1 }] };
    const unordered = ["list"];
    expect(places(want, got)).not.toEqual([]);
    expect(places(want, got, { unordered })).toEqual([]);
    const other: Json = { list: [{ a: 3 }, { b: 2, a: 4 }] };
    expect(places(want, other, { unordered })).not.toEqual([]);
  });

  test("has a content in base64 that was recorded as it is", () => {
    const content = Buffer.from('{"a":1}').toString("base64");
    expect(places({ content }, mask({ content }, new Map()))).toEqual([]);
    const other = Buffer.from('{"a":2}').toString("base64");
    expect(places({ content }, mask({ content: other }, new Map()))).toEqual([
      "content.<base64>.a",
    ]);
  });
});

describe("variables", () => {
  const variables = new Map<string, Json>([
    ["ann", "ann5x0"],
    ["annex", "building"],
    ["n", 7],
    ["sign", { url: "u" }],
  ]);

  test.each<[Json, Json]>([
    ["$ann", "ann5x0"],
    ["$n", 7],
    ["$sign", { url: "u" }],
    ["si_${ann}_$annX", "si_ann5x0_ann5x0X"],
    ["$annexes", "buildinges"],
    ["$zed and ${zed}", "$zed and ${zed}"],
    [{ $ann: ["$n", null] }, { ann5x0: [7, null] }],
    [{ "<json>": { id: "$ann" } }, '{"id":"ann5x0"}'],
  ])("fill %j", (value, filled) => {
    expect(fill(value, variables)).toEqual(filled);
  });

  test("may be computed", () => {
    const all = new Map<string, Json>([["m", "abc"]]);
    expect(evaluate({ md5: [{ text: "$m" }] }, all)).toBe(
      "900150983cd24fb0d6963f7d28e17f72",
    );
    expect(evaluate({ base64: "$m?" }, all)).toBe("YWJjPw%3D%3D");
    expect(evaluate({ idHash: ["a", "b"] }, all)).toMatch(/^\d{15,20}$/);
  });

  const now = Date.now();
  test.each<[Json, Json]>([
    ["ann5x0 here", "$ann here"],
    ["si_ann5x0_ann5x0", "si_${ann}_$ann"],
    [now, "<ms>"],
    [Math.floor(now / 1000) - 60, "<s>"],
    [now - 3 * 24 * 60 * 60 * 1000, now - 3 * 24 * 60 * 60 * 1000],
    [3, 3],
    [{ serverMsgID: "b7" }, { serverMsgID: "<id>" }],
    [{ serverMsgID: "" }, { serverMsgID: "" }],
    [{ userID: "b7" }, { userID: "b7" }],
    [{ errDlt: "why" }, { errDlt: "<detail>" }],
    [{ errDlt: "" }, { errDlt: "" }],
    ['{"a":"ann5x0"}', { "<json>": { a: "$ann" } }],
    ["{not json", "{not json"],
    ["eyJh.eyJi.c", "<token>"],
    ["http://127.0.0.1:1/x", "<url>"],
    ["https://example.org/x", "https://example.org/x"],
    ["x 0123456789abcdef01234567", "x <id>"],
  ])("mask %j", (value, masked) => {
    expect(mask(value, variables)).toEqual(masked);
  });
});

test("the gob codec writes and reads what OpenIM's clients and server did", () => {
  const file = path.join(dataFolder, "gateway/gob-frames.json");
  const { frames } = JSON.parse(readFileSync(file, "utf8")) as {
    frames: (
      | {
          request: Envelope;
          requestHex: string;
          reply: Reply;
          replyHex: string;
        }
      | { push: Reply; pushHex: string }
    )[];
  };
  for (const frame of frames) {
    const [reply, hex] =
      "push" in frame
        ? [frame.push, frame.pushHex]
        : [frame.reply, frame.replyHex];
    expect(gobDecode(Buffer.from(hex, "hex"))).toEqual(reply);
    if ("request" in frame)
      expect(gobEncode(frame.request).toString("hex")).toBe(frame.requestHex);
  }
  expect(frames).not.toBeEmpty();
});

test("gob that ends too early is an error", () => {
  const frame = gobEncode({
    reqIdentifier: 1001,
    token: "",
    sendID: "a",
    operationID: "b",
    msgIncr: "c",
    data: "",
  });
  for (let length = 0; length < frame.length; length++)
    expect(() => gobDecode(frame.subarray(0, length))).toThrow();
});

test("a workbook is a ZIP archive of XML files", async () => {
  const form = multipart({ data: { xlsx: { user: [["a<b", "c"]] } }, x: "y" });
  expect(form.get("x")).toBe("y");
  const text = await (form.get("data") as Blob).text();
  expect(text).toStartWith("PK\x03\x04");
  expect(text).toContain("a&lt;b");
  expect(text).toContain('r="B1"');
});

test("every recording with steps can be read", () => {
  const scenarios = ["rest", "gateway", "webhooks", "chat"]
    .flatMap((folder) => listFiles(path.join(dataFolder, folder)))
    .map((file) => loadScenario(file));
  expect(scenarios.filter(Boolean).length).toBeGreaterThan(280);
});

/** Replays a story of ann, who gets one message after her request. */
async function tell(
  behaviour: Partial<Behaviour>,
  change: (steps: Step[]) => Step[] = (steps) => steps,
): Promise<Verdict> {
  await using server = startFakeServer(behaviour);
  const steps: Step[] = [
    { connect: "ann", answer: { errCode: 0, errMsg: "", errDlt: "" } },
    {
      send: "ann",
      op: 1003,
      answer: { reqIdentifier: 1003, errCode: 0, errMsg: "" },
    },
    { pushed: "ann", answer: [pushed(1)] },
  ];
  const replay = createReplayer(server.target);
  return await replay({ ...story, steps: change(steps) });
}

const story: Scenario = {
  name: "gateway/story",
  title: "a story",
  users: ["ann"],
  steps: [],
};

const pushed = (seq: number): Json => ({
  op: 2001,
  kind: "msgs",
  conversationID: "si_a_b",
  msg: { seq, sendID: "a", contentType: 101 },
});

test("a recording on a cluster sends each request and each connection to the next node", async () => {
  const heard: string[] = [];
  const nodes = ["one", "two", "three"].map((node) =>
    startFakeServer({ heard: (what) => heard.push(`${node} ${what}`) }),
  );
  const [first, ...others] = nodes.map(({ target }) => target);
  const replay = createReplayer(first!, ...others);
  const steps: Step[] = [
    { post: "/a", answer: { errCode: 0, data: { token: "t" } } },
    { connect: "ann", answer: { errCode: 0, errMsg: "", errDlt: "" } },
    { post: "/b", answer: { errCode: 0, data: { token: "t" } } },
    { post: "/c", answer: { errCode: 0, data: { token: "t" } } },
  ];
  const verdict = await replay({ ...story, steps });
  expect(describeFailures(verdict)).toEqual([]);
  expect(heard.filter((each) => !/healthz/.test(each))).toEqual([
    "one /auth/get_admin_token",
    "two /user/user_register",
    "three /a",
    "one /auth/get_user_token",
    "two socket",
    "three /b",
    "one /c",
  ]);
  for (const node of nodes) await node[Symbol.asyncDispose]();
});

describe.concurrent("a story", () => {
  test("that goes as recorded has nothing to report", async () => {
    const verdict = await tell({});
    expect(describeFailures(verdict)).toEqual([]);
    expect(verdict.results.map(({ step }) => step)).toEqual([0, 1, 2]);
  });

  test.each<[string, Partial<Behaviour>, string[]]>([
    ["a push that is missing", { pushes: [] }, ["1 entries", "0 entries"]],
    ["a push too many", { pushes: [1, 2] }, ["1 entries", "2 entries"]],
    ["another push", { pushes: [2] }, ["[0].msg.seq: want 1, got 2"]],
    [
      "another connect result",
      { result: { errCode: 1501, errMsg: "", errDlt: "" } },
      ["#0 connect ann", "errCode: want 0, got 1501"],
    ],
    [
      "a refusal over HTTP",
      { refusal: { errCode: 1601, errMsg: "", errDlt: "" } },
      ["#0 connect ann", "errCode: want 0, got 1601"],
    ],
    [
      "a socket that ends in place of a reply",
      { hangsUp: true },
      ["#1 1003 by ann", "errCode: want 0, got no such key"],
    ],
    [
      "a frame that no client can read",
      { frames: [new Uint8Array([1, 2, 3])] },
      ["ann: cannot read a frame"],
    ],
    [
      "users that cannot be registered",
      { routes: { "/user/user_register": { errCode: 1002 } } },
      ["/user/user_register"],
    ],
  ])("reports %s", async (_title, behaviour, texts) => {
    const lines = describeFailures(await tell(behaviour)).join("\n");
    for (const text of texts) expect(lines).toContain(text);
  });

  test("has pushes of one conversation in the order of their seqs", async () => {
    const twice = (steps: Step[]) =>
      steps.map((step) =>
        "pushed" in step ? { ...step, answer: [pushed(1), pushed(2)] } : step,
      );
    expect(describeFailures(await tell({ pushes: [1, 2] }, twice))).toEqual([]);
    const lines = describeFailures(await tell({ pushes: [1, 1] }, twice));
    expect(lines.join("\n")).toContain("[1].msg.seq: want 2, got 1");
  });

  test("reports a push where none is to come", async () => {
    const none = (steps: Step[]) =>
      steps.map((step) => ("pushed" in step ? { ...step, answer: [] } : step));
    expect(describeFailures(await tell({ pushes: [] }, none))).toEqual([]);
    expect(describeFailures(await tell({}, none))).not.toEqual([]);
  });

  test("never looks at content types it leaves out", async () => {
    await using server = startFakeServer();
    const verdict = await createReplayer(server.target)({
      ...story,
      without: [101],
      steps: [
        { connect: "ann", ignore: ["errCode"], answer: {} },
        { send: "ann", op: 1003, answer: { errCode: 0 } },
        { pushed: "ann", answer: [] },
      ],
    });
    expect(describeFailures(verdict)).toEqual([]);
  });

  test("knows a refusal by its status and body", async () => {
    const refusal = { errCode: 1602, errMsg: "m", errDlt: "" };
    const steps: Step[] = [
      { connect: "ann", answer: { "<status>": 200, ...refusal } },
      { closed: "ann", answer: { closed: true } },
    ];
    const verdict = await tell({ refusal }, () => steps);
    expect(describeFailures(verdict)).toEqual([]);
  });

  test("reports a socket that stays open", async () => {
    const verdict = await tell({}, ([connect]) => [
      connect!,
      { closed: "ann", answer: { closed: true } },
    ]);
    expect(describeFailures(verdict).join("\n")).toContain(
      "closed: want true, got false",
    );
  });

  test("saves from answers, and ends where it cannot", async () => {
    const routes = { "/a": { data: { id: "i7" } }, "/b": { got: "i7" } };
    const steps = (path: string): Step[] => [
      { post: "/a", answer: { data: { id: "<id>" } }, save: { x: path } },
      { post: "/b", answer: { got: "i7" } },
    ];
    const good = await tell({ routes }, () => steps("data.id"));
    expect(describeFailures(good)).toEqual([]);
    const bad = await tell({ routes }, () => steps("data.nothing"));
    expect(bad.errors.join()).toContain("#0 /a: no data.nothing in");
    expect(bad.results).toEqual([]);
  });

  test("leaves out steps that say why", async () => {
    const { results, errors } = await tell({}, () => [
      { post: "/a", answer: "wrong", skip: "a fault of OpenIM" },
    ]);
    expect([results, errors]).toEqual([[], []]);
  });
});

describe.concurrent("a disputed step", () => {
  const disputes = [{ file: story.name, step: 2, reason: "of ours" }];

  test("may differ", async () => {
    const verdict = await tell({ pushes: [] });
    expect(describeFailures(verdict)).not.toEqual([]);
    expect(describeFailures(settle(verdict, disputes))).toEqual([]);
  });

  test("must differ", async () => {
    const verdict = settle(await tell({}), disputes);
    expect(describeFailures(verdict).join()).toContain("no longer disputed");
  });

  test("is no excuse for another step or file", async () => {
    const verdict = await tell({ hangsUp: true });
    expect(describeFailures(settle(verdict, disputes))).not.toEqual([]);
    const other = [{ ...disputes[0]!, file: "gateway/other" }];
    const missing = await tell({ pushes: [] });
    expect(describeFailures(settle(missing, other))).not.toEqual([]);
  });
});

describe("the receiver of webhooks", () => {
  const tellHook = (port: number, command: string, body: unknown = { a: 1 }) =>
    fetch(`http://127.0.0.1:${port}/hook/${command}`, {
      method: "POST",
      headers: { operationID: "op" },
      body: JSON.stringify(body),
    });

  test("answers as it is told, as often as it is told", async () => {
    await using hooks = await startHookReceiver();
    hooks.reply("x", { json: { actionCode: 1 }, status: 201 }, 1);
    const first = await tellHook(hooks.port, "x");
    expect([first.status, await first.json()]).toEqual([
      201,
      { actionCode: 1 },
    ]);
    const second = await tellHook(hooks.port, "x");
    expect(await second.json()).toMatchObject({ actionCode: 0 });
    hooks.reply("x", { drop: true });
    expect(tellHook(hooks.port, "x")).rejects.toThrow();
  });

  test("tells what came, in order and by command", async () => {
    await using hooks = await startHookReceiver();
    for (const command of ["x", "y", "x"]) await tellHook(hooks.port, command);
    const seen = { operationID: "op", body: { a: 1 } };
    expect(await hooks.take("x", 2, patient)).toEqual([
      { command: "x", ...seen },
      { command: "x", ...seen },
    ]);
    const full = { ...patient, full: true };
    expect(await hooks.take("*", 1, full)).toMatchObject([
      { command: "y", method: "POST", path: "…/y" },
    ]);
    expect(await hooks.take("*", 0, patient)).toEqual([]);
  });

  const patient = { patienceSeconds: 1, settled: async () => undefined };
});

describe("servers of recordings", () => {
  /** Servers that are names; tells which run. */
  function pool(most: number) {
    const running = new Set<string>();
    let highest = 0;
    const servers = createServers({
      most,
      async start(name: string) {
        running.add(name);
        highest = Math.max(highest, running.size);
        return name;
      },
      async stop(name) {
        await Bun.sleep(0);
        running.delete(name);
      },
    });
    return { servers, running, highest: () => highest };
  }

  test("are never more at once than there may be, and all get theirs", async () => {
    const { servers, running, highest } = pool(2);
    const names = ["a", "a", "b", "c", "a", "d", "c", "b"];
    const got = await Promise.all(
      names.map(async (name) => {
        const { running, release } = await servers.take(name);
        await Bun.sleep(0);
        release();
        return running;
      }),
    );
    expect(got).toEqual(names);
    expect(highest()).toBe(2);
    await servers.close();
    expect(running.size).toBe(0);
  });

  test("are shared by those who want the same", async () => {
    const { servers, highest } = pool(5);
    const [one, two] = [await servers.take("a"), await servers.take("a")];
    one.release();
    two.release();
    expect(highest()).toBe(1);
  });

  test("that do not start fail for who wanted them, and take no room", async () => {
    const servers = createServers({
      most: 1,
      start: async (name: string) =>
        name === "bad" ? Promise.reject(new Error("no")) : name,
      stop: async () => undefined,
    });
    expect(servers.take("bad")).rejects.toThrow("no");
    expect((await servers.take("good")).running).toBe("good");
  });
});
