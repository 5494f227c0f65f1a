import { EndpointFailed } from "./endpoint-failed.ts";
import { EventStreamError, readEvents } from "./event-stream.ts";

/** The answer of a language model. */
export interface Completion {
  text: string;
  /** The model came to its end. */
  isWhole: boolean;
}

type Wait = <Part>(part: Promise<Part>) => Promise<Part>;

/** Characters of an answer; what is beyond them is not read. */
const maxCharacters = 100_000;
/** Bytes of an answer in one piece, or of an error. */
const maxBytes = 4_194_304;
/** Characters of an endpoint's error that are logged. */
const maxShown = 200;

/** Reads an answer, streamed or in one piece. Throws EndpointFailed. */
export async function readCompletion(
  response: Response,
  wait: Wait,
): Promise<Completion> {
  if (!response.ok) throw await refusalOf(response, wait);
  const type = response.headers.get("content-type") ?? "";
  return type.includes("json")
    ? readWhole(await readText(response, wait))
    : readStream(response, wait);
}

async function readStream(response: Response, wait: Wait): Promise<Completion> {
  let text = "";
  try {
    for await (const event of readEvents(chunksOf(response, wait))) {
      if (event === "[DONE]") return { text, isWhole: true };
      const choice = choiceOf(parse(event));
      text += textOf(choice?.["delta"]) || textOf(choice?.["message"]);
      if (text.length > maxCharacters)
        return { text: text.slice(0, maxCharacters), isWhole: false };
      const reason = choice?.["finish_reason"];
      if (typeof reason === "string" && reason !== "")
        return { text, isWhole: reason !== "length" };
    }
    throw new EndpointFailed("failed", "the stream ended in the middle");
  } catch (error) {
    const failure =
      error instanceof EndpointFailed
        ? error
        : new EndpointFailed(
            "failed",
            error instanceof EventStreamError ? error.message : String(error),
            { cause: error },
          );
    failure.partial = text;
    throw failure;
  }
}

function readWhole(body: string): Completion {
  const choice = choiceOf(parse(body));
  const text = textOf(choice?.["message"]);
  return {
    text: text.slice(0, maxCharacters),
    isWhole:
      choice?.["finish_reason"] !== "length" && text.length <= maxCharacters,
  };
}

type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // said below
  }
  if (!isMembers(value))
    throw new EndpointFailed("failed", "the answer is no JSON object");
  if (value["error"])
    throw new EndpointFailed("failed", `error ${shown(value["error"])}`);
  return value;
}

/** The first one; other members of a stream, as usage, come without any. */
function choiceOf({ choices }: Members): Members | undefined {
  if (!Array.isArray(choices)) return undefined;
  const all = choices.filter(isMembers);
  return all.find(({ index = 0 }) => index === 0);
}

const textOf = (message: unknown): string =>
  isMembers(message) && typeof message["content"] === "string"
    ? message["content"]
    : "";

const shown = (value: unknown): string =>
  (typeof value === "string" ? value : JSON.stringify(value))
    .replace(/\s+/g, " ")
    .slice(0, maxShown);

async function refusalOf(
  response: Response,
  wait: Wait,
): Promise<EndpointFailed> {
  const { status } = response;
  const text = await readText(response, wait).catch(() => "");
  // 429 is about one key; the endpoint is there.
  const isAway = status === 408 || status >= 500;
  const failure = new EndpointFailed(
    isAway ? "failed" : "refused",
    `HTTP ${status} ${shown(text)}`.trim(),
  );
  failure.wantsNoStream =
    (status === 400 || status === 422 || status === 501) &&
    /\bstream/i.test(text);
  return failure;
}

async function readText(response: Response, wait: Wait): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of chunksOf(response, wait)) {
    size += chunk.length;
    if (size > maxBytes)
      throw new EndpointFailed("failed", `more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function* chunksOf(
  { body }: Response,
  wait: Wait,
): AsyncGenerator<Uint8Array, void> {
  if (!body) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  for (;;) {
    const { done, value } = await wait(reader.read());
    if (done) return;
    yield value;
  }
}
