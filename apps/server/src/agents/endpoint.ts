import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import type { CircuitBreaker } from "../pace/circuit-breaker.ts";
import { readCompletion } from "./completion.ts";
import type { Completion } from "./completion.ts";
import { EndpointFailed } from "./endpoint-failed.ts";
import type { Turn } from "./exchanges.ts";
import type { Agent } from "./store.ts";

/** Asks an agent's language model. Throws EndpointFailed. */
export type AskModel = (
  agent: Pick<Agent, "url" | "key" | "model">,
  turns: readonly Turn[],
  signal: AbortSignal,
) => Promise<Completion>;

export interface AskDeps {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Timeout for the first part of an answer, and for each further one. */
  firstByteMs: number;
  /** Timeout for the whole answer. */
  totalMs: number;
  now: () => number;
}

/** Endpoints that are remembered as being away. */
const maxEndpoints = 1_000;

/** Asks an endpoint that is compatible with OpenAI's /chat/completions. */
export function createAsk(deps: AskDeps): AskModel {
  const breakers = new Map<string, CircuitBreaker>();

  function breakerOf({ host }: URL): CircuitBreaker {
    let breaker = breakers.get(host);
    if (breaker) return breaker;
    if (breakers.size >= maxEndpoints) breakers.clear();
    breaker = createCircuitBreaker({
      name: host,
      isFailure: (error) =>
        error instanceof EndpointFailed && error.reason !== "refused",
      now: deps.now,
    });
    breakers.set(host, breaker);
    return breaker;
  }

  return async (agent, turns, signal) => {
    const url = addressOf(agent.url);
    if (!url) throw new EndpointFailed("refused", "there is no url");
    const ask = (isStreamed: boolean) =>
      askOnce(deps, url, agent, { turns, isStreamed }, signal);
    try {
      return await breakerOf(url).run(async () => {
        try {
          return await ask(true);
        } catch (error) {
          // Some answer in one piece only, and say so.
          if (!(error instanceof EndpointFailed) || !error.wantsNoStream)
            throw error;
          return ask(false);
        }
      });
    } catch (error) {
      if (error instanceof CircuitOpen)
        throw new EndpointFailed("failed", error.message);
      throw error;
    }
  };
}

async function askOnce(
  { fetch, firstByteMs, totalMs }: AskDeps,
  url: URL,
  { key, model }: Pick<Agent, "key" | "model">,
  { turns, isStreamed }: { turns: readonly Turn[]; isStreamed: boolean },
  signal: AbortSignal,
): Promise<Completion> {
  const patience = createPatience(firstByteMs, totalMs, signal);
  const bearer = key.reveal();
  try {
    const response = await patience.wait(
      fetch(url.href, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: isStreamed ? "text/event-stream" : "application/json",
          ...(bearer !== "" && { Authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify({ model, messages: turns, stream: isStreamed }),
        // Follows no redirects: their target was not chosen by the
        // administrator.
        redirect: "manual",
        // Answers take seconds; a connection that went away meanwhile would
        // cost one of them.
        keepalive: false,
        signal: patience.signal,
      }),
    );
    return await readCompletion(response, patience.wait);
  } catch (error) {
    throw patience.explain(error);
  } finally {
    patience.end();
  }
}

/** Appends /chat/completions to the path, unless it is there already. */
function addressOf(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(tail) ? path : path + tail;
  return url;
}
const tail = "/chat/completions";

/** Timeouts of an answer: for each part, and in total. */
function createPatience(
  firstByteMs: number,
  totalMs: number,
  stopped: AbortSignal,
) {
  const controller = new AbortController();
  const { signal } = controller;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined); // whoever waits hears of it
  const end = (failure: EndpointFailed): void => {
    reject(failure);
    controller.abort(failure);
  };
  const onStop = () => end(new EndpointFailed("stopped", "the server stops"));
  if (stopped.aborted) onStop();
  stopped.addEventListener("abort", onStop);
  const total = setTimeout(
    () =>
      end(new EndpointFailed("timedOut", `no whole answer in ${totalMs} ms`)),
    totalMs,
  );

  return {
    signal,
    /** Waits for one part of the answer. */
    async wait<Part>(part: Promise<Part>): Promise<Part> {
      part.catch(() => undefined); // given up on
      const timer = setTimeout(
        () =>
          end(new EndpointFailed("timedOut", `nothing in ${firstByteMs} ms`)),
        firstByteMs,
      );
      try {
        return await Promise.race([part, ended]);
      } finally {
        clearTimeout(timer);
      }
    },
    /**
     * Returns the reason for which the wait ended, rather than the error that
     * followed from it.
     */
    explain(error: unknown): EndpointFailed {
      const first: unknown = signal.aborted ? signal.reason : error;
      const failure =
        first instanceof EndpointFailed
          ? first
          : new EndpointFailed("failed", messageOf(first), { cause: first });
      if (error instanceof EndpointFailed && failure !== error)
        failure.partial = error.partial;
      return failure;
    },
    end() {
      clearTimeout(total);
      stopped.removeEventListener("abort", onStop);
      // Aborts the rest of the response.
      controller.abort();
    },
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
