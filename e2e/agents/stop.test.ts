import {
  beginStream,
  delta,
  echo,
  startTestEndpoint,
} from "@parley/server/testing/agents/endpoint.ts";
import { expect, test } from "bun:test";
import { DeleteUser } from "@parley/protocol/methods/deletion";
import { UserRegister } from "@parley/protocol/methods/users";
import { AgentPage } from "@parley/protocol/methods/chat/agents";

import { Admin, textOf } from "../client.ts";
import { startServer } from "../server.ts";
import { connect, createBot, heardFrom, newPerson, pairOf } from "./bots.ts";

test("a server that stops breaks its bots' answers off, and says so; later they answer again", async () => {
  await using endpoint = await startTestEndpoint();
  await using server = await startServer({
    environment: { PARLEY_AGENTS_HISTORY: "2" },
  });
  let admin = await Admin.signIn(server.api);
  const bot = await createBot(server, { url: endpoint.url });
  const ann = await newPerson(server, admin);
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  endpoint.behaviour = (response) => {
    beginStream(response, delta("Once upon a "));
    resolve();
  };
  await ann.say(bot, "tell me a story");
  await begun;
  expect(await server.stop()).toBe(0);

  endpoint.behaviour = echo;
  await server.start();
  admin = await Admin.signIn(server.api);
  await using again = await connect(server, admin, ann.userID);
  const [, answer] = await again.pull(pairOf(ann.userID, bot), 1, 9);
  // A stop that came before the first words leaves none of them.
  expect(answer && textOf(answer)).toMatch(
    /^(Once upon a\n\n\(My answer broke off here.*|I cannot answer .*)$/,
  );
  endpoint.requests.length = 0;
  for (const [i, text] of ["one", "two", "three"].entries()) {
    await again.say(bot, text);
    await heardFrom(again, bot, i + 1);
  }
  expect(
    endpoint.requests.map(({ body }) =>
      body.messages.map(({ content }) => content),
    ),
  ).toEqual([
    ["one"],
    ["one", "You said: one", "two"],
    ["two", "You said: two", "three"],
  ]);
});

test("a bot knows nothing of what a deleted user said, when somebody else gets the userID", async () => {
  await using endpoint = await startTestEndpoint();
  await using server = await startServer({
    environment: { PARLEY_AGENTS_HISTORY: "2" },
  });
  const admin = await Admin.signIn(server.api);
  const bot = await createBot(server, { url: endpoint.url });
  const ann = await newPerson(server, admin);
  await ann.say(bot, "my secret");
  await heardFrom(ann, bot, 1);
  await admin.post(DeleteUser, {
    userID: ann.userID,
    deleteMessages: false,
  });
  await admin.post(UserRegister, {
    users: [{ userID: ann.userID, nickname: "another" }],
  });
  await using another = await connect(server, admin, ann.userID);
  await another.say(bot, "hello");
  await heardFrom(another, bot, 1);
  expect(
    endpoint.requests.map(({ body }) =>
      body.messages.map(({ content }) => content),
    ),
  ).toEqual([["my secret"], ["hello"]]);
});

test("bots can be switched off, and the rest goes on", async () => {
  await using server = await startServer({
    environment: { PARLEY_AGENTS_ENABLE: "false" },
  });
  expect((await fetch(`${server.api}/healthz`)).status).toBe(200);
  const away = await fetch(`${server.agents}${AgentPage.path}`).catch(
    (error: unknown) => error,
  );
  expect(away).toBeInstanceOf(Error);
});
