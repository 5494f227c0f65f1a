import { randomUUID } from "node:crypto";

import { compare } from "./compare.ts";
import type { Difference, Extra } from "./compare.ts";
import type { HookReceiver, HookRule } from "./hooks.ts";
import { isObject, toText } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { loadMessageTypes } from "./message-types.ts";
import type { MessageTypes } from "./message-types.ts";
import { multipart } from "./multipart.ts";
import { bytesOf, idHash } from "./payload.ts";
import type { Payload } from "./payload.ts";
import { call } from "./rest.ts";
import { describeStep } from "./scenario.ts";
import { createSettled } from "./settled.ts";
import type {
  ConnectStep,
  FrameStep,
  RestStep,
  Scenario,
  SendStep,
  Step,
} from "./scenario.ts";
import { GatewaySocket } from "./socket.ts";
import type { Envelope } from "./envelope.ts";
import { inTurn } from "./target.ts";
import type { Target } from "./target.ts";
import { createTokens, post } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";
import { download, postForm, putPart } from "./upload.ts";
import type { Sign, UploadForm } from "./upload.ts";
import { evaluate, fill, mask } from "./variables.ts";
import type { Variables } from "./variables.ts";

/** A step whose answer was compared. */
export interface StepResult {
  /** Its place in the scenario, from 0. */
  readonly step: number;
  readonly what: string;
  /** None: the answer is as recorded. */
  readonly differences: readonly Difference[];
  readonly extras: readonly Extra[];
}

export interface Verdict {
  readonly scenario: Scenario;
  readonly results: readonly StepResult[];
  /** Why it ended early, or what was wrong outside of any step. */
  readonly errors: readonly string[];
}

/** The order in which the nodes of a cluster get the requests of a scenario. */
export type Order = "forward" | "backward";

/** Replays scenarios, as many at a time as one likes. */
export type Replayer = (scenario: Scenario, order?: Order) => Promise<Verdict>;

/**
 * Each scenario gets users and names of its own, so that scenarios do not meet.
 * Those that look at webhooks must come one after another. Of several nodes
 * each gets the next request or connection of a scenario.
 */
export function createReplayer(
  server: Target,
  ...otherNodes: Target[]
): Replayer {
  const types = loadMessageTypes();
  const nodes = [server, ...otherNodes];
  const settled = createSettled(nodes);
  const chatTokens = new Map<string, Promise<string>>();
  const run =
    Date.now().toString(36).slice(-5) +
    Math.floor(Math.random() * 36).toString(36);
  let count = 0;

  return async (scenario, order = "forward") => {
    const nth = count++;
    const target = inTurn(order === "forward" ? nodes : nodes.toReversed());
    const tag = run + nth.toString(36);
    const stage: Stage = {
      scenario,
      target,
      types,
      settled,
      variables: createVariables(scenario, target, tag, nth),
      tokens: createTokens(target, chatTokens),
      opened: [],
    };
    const results: StepResult[] = [];
    const errors: string[] = [];
    server.hooks?.reset();
    try {
      await registerUsers(stage);
      for (const [index, step] of scenario.steps.entries()) {
        if (step.skip) continue;
        const what = describeStep(step);
        try {
          const result = await play(stage, step);
          if (result) results.push({ step: index, what, ...result });
        } catch (error) {
          throw new Error(`#${index} ${what}: ${messageOf(error)}`, {
            cause: error,
          });
        }
      }
    } catch (error) {
      errors.push(messageOf(error));
    } finally {
      for (const { name, socket } of stage.opened) {
        socket.terminate();
        errors.push(...socket.faults.map((fault) => `${name}: ${fault}`));
      }
    }
    return { scenario, results, errors };
  };
}

/** State of one scenario. */
interface Stage {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly types: MessageTypes;
  readonly variables: Variables;
  readonly tokens: Tokens;
  readonly opened: OpenedSocket[];
  settled(): Promise<void>;
}

interface OpenedSocket {
  /** The later of two steps with one name counts. */
  readonly name: string;
  readonly userID: string;
  readonly socket: GatewaySocket;
}

function createVariables(
  { users = [], vars = {} }: Scenario,
  { admin, secret }: Target,
  tag: string,
  nth: number,
): Variables {
  // Far from the digits of the time: the mask would find `num` in times that
  // stand in texts.
  const num = String((Date.now() + nth + 5e8) % 1e9).padStart(9, "0");
  const variables: Variables = new Map<string, Json>([
    ...users.map((user) => [user, user + tag] as const),
    ["run", tag],
    ["num", num],
    ["admin", admin],
    ["secret", secret],
    ...Object.entries(vars),
  ]);
  for (const [name, definition] of Object.entries(vars))
    variables.set(name, evaluate(definition, variables));
  return variables;
}

async function registerUsers({
  scenario: { users = [] },
  target,
  variables,
  tokens,
}: Stage): Promise<void> {
  if (users.length === 0) return;
  const infos = users.map((user) => ({
    userID: variables.get(user) ?? user,
    nickname: `nick-${user}`,
    faceURL: "",
  }));
  const token = await tokens.admin();
  await post(target.api, "/user/user_register", { users: infos }, token);
}

/** Does what the step says; answers nothing if there is nothing to compare. */
async function play(
  stage: Stage,
  step: Step,
): Promise<Pick<StepResult, "differences" | "extras"> | undefined> {
  const answer = await perform(stage, step);
  if (answer === undefined) return undefined;
  const { variables } = stage;
  for (const [name, path] of Object.entries(step.save ?? {})) {
    const value = dig(answer, path);
    if (value === undefined)
      throw new Error(`no ${path} in ${JSON.stringify(answer).slice(0, 300)}`);
    variables.set(name, value);
  }
  return compare(step.answer, mask(answer, variables), step);
}

async function perform(stage: Stage, step: Step): Promise<Json | undefined> {
  const { variables } = stage;
  const filled = (value: Json | undefined) => fill(value ?? "", variables);
  if ("put" in step)
    return putPart(
      filled(step.put) as unknown as Sign,
      step.part ?? 1,
      bytesOf(filled(step.body as Json) as Payload),
    );
  if ("form" in step)
    return postForm(
      filled(step.form) as unknown as UploadForm,
      bytesOf(filled(step.body as Json) as Payload),
      step.contentType,
    );
  if ("download" in step)
    return download(
      toText(filled(step.download)),
      filled(step.headers ?? {}) as Record<string, string>,
    );
  if ("connect" in step) return connect(stage, step);
  if ("send" in step) return send(stage, step);
  if ("frame" in step) return sendFrame(stage, step);
  if ("pushed" in step)
    return socketOf(stage, step.pushed).socket.takePushes(
      lengthOf(step.answer),
      stage.scenario.without,
    );
  if ("closed" in step)
    return { closed: await socketOf(stage, step.closed).socket.untilClosed() };
  if ("disconnect" in step) {
    socketOf(stage, step.disconnect).socket.terminate();
    await pause(stage, 200);
  } else if ("wait" in step) await pause(stage, step.wait);
  else if ("idHash" in step)
    variables.set(step.as, idHash(filled([...step.idHash])));
  else if ("reply" in step)
    hooksOf(stage).reply(
      step.reply,
      filled(step.with) as unknown as HookRule,
      step.times,
    );
  else if ("reset" in step) {
    // The server may still be telling of the steps before.
    await pause(stage, 700);
    hooksOf(stage).reset();
  } else if ("hooked" in step)
    return hooksOf(stage).take(step.hooked, lengthOf(step.answer), {
      patienceSeconds: stage.target.patienceSeconds,
      settled: stage.settled,
      full: step.full,
    });
  else return callRest(stage, step);
  return undefined;
}

/** Waits as long as in the recording, and longer if the server needs it. */
async function pause({ settled }: Stage, ms: number): Promise<void> {
  await Bun.sleep(ms);
  await settled();
}

async function callRest(stage: Stage, step: RestStep): Promise<Json> {
  const { variables, target } = stage;
  const path = step.post ?? step.get;
  if (path === undefined) throw new Error("a step of an unknown kind");
  return call({
    url: target[step.base ?? "api"] + toText(fill(path, variables)),
    method: step.method ?? (step.post === undefined ? "GET" : "POST"),
    body: step.multipart
      ? multipart(fill(step.multipart, variables) as JsonObject)
      : fill(step.body ?? {}, variables),
    token: await tokenOf(stage, step.as ?? null, step.platform ?? 1),
    headers: fill(step.headers ?? {}, variables) as Record<string, string>,
    headersSeen: step.headersSeen,
  });
}

async function tokenOf(
  { variables, tokens, scenario }: Stage,
  as: string | null,
  platform: number,
): Promise<string | undefined> {
  if (as === null) return undefined;
  if (as === "admin") return tokens.admin();
  if (as === "chatAdmin") return tokens.chatAdmin(scenario.chatAdminPassword);
  if (as.startsWith("$")) return toText(fill(as, variables));
  const userID = variables.get(as);
  if (userID === undefined) throw new Error(`there is no user ${as}`);
  return tokens.user(toText(userID), platform);
}

async function connect(stage: Stage, step: ConnectStep): Promise<Json> {
  const { variables, opened, target, types, settled } = stage;
  const { connect: user, platform = 5, token, name = user } = step;
  const userID = toText(variables.get(user) ?? user);
  const query: JsonObject = {
    sendID: userID,
    token: token
      ? fill(token, variables)
      : ((await tokenOf(stage, user, platform)) ?? ""),
    platformID: String(platform),
    operationID: randomUUID(),
    isBackground: "false",
    isMsgResp: "true",
    sdkType: "js",
    ...(fill(step.query ?? {}, variables) as JsonObject),
  };
  const socket = await GatewaySocket.open({
    address: target.ws,
    query: Object.fromEntries(
      Object.entries(query).filter(([, value]) => value !== null),
    ),
    headers: fill(step.headers ?? {}, variables) as Record<string, string>,
    types,
    patienceSeconds: target.patienceSeconds,
    settled,
  });
  opened.push({ name, userID, socket });
  return socket.answer ?? { "<silent>": true };
}

async function send(stage: Stage, step: SendStep): Promise<Json> {
  const { variables } = stage;
  const { userID, socket } = socketOf(stage, step.send);
  const { op, sendID, type, body = {}, hex, answerType, envelope = {} } = step;
  return socket.request({
    op,
    sendID: sendID ? toText(fill(sendID, variables)) : userID,
    type,
    body: fill(body, variables) as JsonObject,
    hex,
    answerType,
    envelope: fill(envelope, variables) as Partial<Envelope>,
  });
}

function sendFrame(stage: Stage, step: FrameStep): undefined {
  const { text, hex = "", json, size = 0 } = step;
  const filled = (value: Json) => fill(value, stage.variables);
  const frame =
    text !== undefined
      ? toText(filled(text))
      : json !== undefined
        ? Buffer.from(JSON.stringify(filled(json)).padEnd(size))
        : Buffer.from(hex, "hex");
  socketOf(stage, step.frame).socket.sendFrame(frame);
}

function socketOf({ opened }: Stage, name: string): OpenedSocket {
  const found = opened.findLast((each) => each.name === name);
  if (!found) throw new Error(`there is no connection ${name}`);
  return found;
}

function hooksOf({ target }: Stage): HookReceiver {
  if (!target.hooks) throw new Error("nobody hears the server's webhooks");
  return target.hooks;
}

function lengthOf(answer: Json | undefined): number {
  return Array.isArray(answer) ? answer.length : 0;
}

/** The value at a path like "data.users.0.userID". */
function dig(value: Json, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (at, key) =>
        Array.isArray(at)
          ? at[Number(key)]
          : isObject(at)
            ? at[key]
            : undefined,
      value,
    );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
