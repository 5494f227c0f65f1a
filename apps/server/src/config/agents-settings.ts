import { Type } from "typebox";
import type { Static } from "typebox";

const whole = (value: number, minimum: number, description: string) =>
  Type.Integer({ default: value, minimum, description });
const said = (value: string, description: string) =>
  Type.String({ default: value, minLength: 1, description });

/** Bots: accounts that answer by a language model (docs/wire/accounts.md#bots). */
export const AgentsSettings = Type.Object({
  enable: Type.Boolean({
    default: true,
    description:
      "Bots answer, and administrators make them (docs/agents.md). Part of the accounts: off with those.",
  }),
  listen: Type.String({
    default: "127.0.0.1",
    description:
      "The address of the bots' API, which stays on this machine unless you say otherwise. Empty: that of `listen`.",
  }),
  port: Type.Integer({
    default: 10_010,
    minimum: 0,
    maximum: 65_535,
    description: "Port of the bots' API; 0 takes any free one.",
  }),
  firstByteTimeout: Type.Integer({
    default: 20,
    minimum: 1,
    maximum: 240,
    description:
      "Seconds until an endpoint begins to answer, and between two parts of its answer.",
  }),
  timeout: Type.Integer({
    default: 120,
    minimum: 1,
    maximum: 240,
    description: "Seconds that a whole answer may take.",
  }),
  perMinute: whole(
    20,
    1,
    "Questions of one user within a minute, to all bots together.",
  ),
  atOnce: whole(2, 1, "Questions of one user that are answered at once."),
  history: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 100,
    description:
      "So many of the last questions and answers of a conversation go to the endpoint with each question. They are kept in memory only. 0: none, as in OpenIM.",
  }),
  markdown: Type.Boolean({
    default: false,
    description:
      "Answers are markdown messages (contentType 118), as OpenIM's; its web SDK does not show those. Off: text.",
  }),
  callbackAddresses: Type.Array(Type.String({ minLength: 1 }), {
    default: ["127.0.0.1", "::1"],
    description:
      "IM servers that may tell of messages by /im_callback, which takes no token. The server that bots run with needs none.",
  }),
  texts: Type.Object({
    failed: said(
      "I cannot answer at the moment. Please try again later.",
      "What a bot says when its endpoint fails.",
    ),
    timedOut: said(
      "That took me too long. Please try again.",
      "What it says when the endpoint takes too long.",
    ),
    cutOff: said(
      "(My answer broke off here. Please ask again.)",
      "What stands below an answer that ended in the middle.",
    ),
    tooMany: said(
      "That were many questions within a minute. Please wait a little.",
      "What it says above `agents.perMinute`; once a minute.",
    ),
    busy: said(
      "I am still answering your last questions. Please ask again when I am done.",
      "What it says above `agents.atOnce`; once a minute.",
    ),
  }),
});

export type AgentsSettings = Static<typeof AgentsSettings>;
