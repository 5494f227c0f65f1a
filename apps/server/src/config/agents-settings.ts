import { Type } from "./setting-types.ts";
import type { Static } from "./setting-types.ts";

const whole = (value: number, minimum: number, description: string) =>
  Type.Integer({ default: value, minimum, description });
const said = (value: string, description: string) =>
  Type.String({ default: value, minLength: 1, description });

/** Bots: accounts that answer by a language model (docs/wire/accounts.md#bots). */
export const AgentsSettings = Type.Object({
  enable: Type.Boolean({
    default: true,
    description:
      "Bots answer, and administrators create them (docs/agents.md). Needs the accounts: off if accounts are off.",
  }),
  listen: Type.String({
    default: "127.0.0.1",
    description:
      "The address of the bots' API; by default only this machine reaches it. Empty: that of `listen`.",
  }),
  port: Type.Integer({
    default: 10_010,
    minimum: 0,
    maximum: 65_535,
    description: "Port of the bots' API; 0 picks a free port.",
  }),
  firstByteTimeout: Type.Integer({
    default: 20,
    minimum: 1,
    maximum: 240,
    description:
      "Timeout in seconds until an endpoint begins its answer, and between two parts of it.",
  }),
  timeout: Type.Integer({
    default: 120,
    minimum: 1,
    maximum: 240,
    description: "Timeout in seconds for a whole answer.",
  }),
  perMinute: whole(
    20,
    1,
    "Maximum of questions of one user within a minute, to all bots together.",
  ),
  atOnce: whole(
    2,
    1,
    "Maximum of questions of one user that are answered concurrently.",
  ),
  answerWithin: whole(
    600,
    1,
    "Seconds after which a question that a crash interrupted is no longer answered.",
  ),
  history: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 100,
    description:
      "Number of earlier questions and answers of a conversation that are sent to the endpoint with each question. They are kept for seven days. 0: none, as in OpenIM.",
  }),
  markdown: Type.Boolean({
    default: false,
    description:
      "Answers are markdown messages (contentType 118), as in OpenIM, whose web SDK does not show them. Off: text messages.",
  }),
  callbackAddresses: Type.Array(Type.String({ minLength: 1 }), {
    default: ["127.0.0.1", "::1"],
    description:
      "Addresses of IM servers that may send messages to bots by /im_callback, which takes no token. The server in the same process needs none.",
  }),
  texts: Type.Object({
    failed: said(
      "I cannot answer at the moment. Please try again later.",
      "The bot's answer when its endpoint fails.",
    ),
    timedOut: said(
      "That took me too long. Please try again.",
      "The bot's answer when the endpoint times out.",
    ),
    cutOff: said(
      "(My answer broke off here. Please ask again.)",
      "Appended to an answer that ended in the middle.",
    ),
    tooMany: said(
      "You have asked many questions within a minute. Please wait a little.",
      "The bot's answer above `agents.perMinute`; once a minute.",
    ),
    busy: said(
      "I am still answering your last questions. Please ask again when I am done.",
      "The bot's answer above `agents.atOnce`; once a minute.",
    ),
  }),
});

export type AgentsSettings = Static<typeof AgentsSettings>;
