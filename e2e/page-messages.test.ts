import { afterAll, beforeAll, expect, test } from "bun:test";
import { SendMsg } from "@parley/protocol/methods/messages";

import { Admin, Client } from "./client.ts";
import { codeBlocks } from "./pages.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { difference } from "./shapes.ts";
import { hearStory } from "./told.ts";

// docs/messages.md against what clients are really sent.

const blocks = codeBlocks("docs/messages.md");
const typeOf = (heading: string): number => Number.parseInt(heading, 10);

const contents = blocks
  .filter(({ note }) => note.startsWith("content"))
  .map(({ heading, note, text }) => ({
    contentType: typeOf(heading),
    /** Backends may send it over REST as well. */
    byREST: note.includes("rest"),
    content: JSON.parse(text) as object,
  }));

let server: RunningServer;
let admin: Admin;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  server = await startServer();
  admin = await Admin.signIn(server.api);
  const people = [];
  for (const userID of await admin.users("ann", "bob"))
    people.push(
      await Client.connect(server.ws, userID, await admin.tokenOf(userID)),
    );
  [ann, bob] = people as [Client, Client];
});
afterAll(() => server[Symbol.asyncDispose]());

const contentOf = (clientMsgID: string): unknown => {
  const found = bob.pushed.find(
    ({ message }) => message.clientMsgID === clientMsgID,
  );
  return found && JSON.parse(new TextDecoder().decode(found.message.content));
};

test("the page has all that people send", () =>
  expect(contents.map(({ contentType }) => contentType)).toEqual([
    ...[101, 102, 103, 104, 105, 106, 107, 108, 109, 110],
    ...[113, 114, 115, 117, 118, 119, 120],
  ]));

test.each(contents)(
  "a content of type $contentType arrives as the page shows it",
  async ({ contentType, content }) => {
    const { clientMsgID } = await ann.say(bob.userID, "", {
      contentType,
      content: new TextEncoder().encode(JSON.stringify(content)),
    });
    await bob.until(() => contentOf(clientMsgID) !== undefined);
    expect(contentOf(clientMsgID)).toEqual(content);
  },
);

test.each(contents.filter(({ byREST }) => byREST))(
  "a back end sends the page's content of type $contentType",
  async ({ contentType, content }) => {
    const { clientMsgID } = await admin.post<{ clientMsgID: string }>(SendMsg, {
      sendID: ann.userID,
      recvID: bob.userID,
      sessionType: 1,
      contentType,
      content,
    });
    await bob.until(() => contentOf(clientMsgID) !== undefined);
    expect(contentOf(clientMsgID)).toEqual(content);
  },
);

test("the page names every type that back ends may send, and no other", async () => {
  for (const { contentType, byREST, content } of contents) {
    const code = await admin
      .post(SendMsg, {
        sendID: ann.userID,
        recvID: bob.userID,
        sessionType: 1,
        contentType,
        content,
      })
      .then(
        () => 0,
        (error: unknown) => (error as { code: number }).code,
      );
    expect([contentType, code]).toEqual([contentType, byREST ? 0 : 1001]);
  }
});

test("every notice has the detail that the page shows, and the page has every notice", async () => {
  const shared = new Map(
    blocks
      .filter(({ note }) => /^[A-Z]/.test(note))
      .map(({ note, text }) => [`<${note}>`, JSON.parse(text) as unknown]),
  );
  /** Replaces the example's placeholder by the name. */
  const whole = (value: unknown): unknown => {
    if (typeof value === "string" && shared.has(value))
      return whole(shared.get(value));
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, whole(each)]),
    );
  };
  const shown = new Map(
    blocks
      .filter(({ note }) => note === "notice")
      .map(({ heading, text }) => [typeOf(heading), whole(JSON.parse(text))]),
  );
  const { notices } = await hearStory();
  const types = new Set(notices.map(({ contentType }) => contentType));
  expect([...shown.keys()].toSorted()).toEqual([...types].toSorted());
  for (const { contentType, detail } of notices)
    expect([contentType, difference(shown.get(contentType), detail)]).toEqual([
      contentType,
      undefined,
    ]);
});
