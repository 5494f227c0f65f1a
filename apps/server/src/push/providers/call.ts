import { readAnswerText } from "../../http/answer-body.ts";
import { Away, PushFailed } from "./provider.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ProviderCall {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
  timeoutMs: number;
}

export interface ProviderAnswer {
  status: number;
  text: string;
}

const json = "application/json; charset=utf-8";

/** Throws Away if there is no answer, or one that asks to retry later. */
export async function post(
  fetch: Fetch,
  call: ProviderCall,
): Promise<ProviderAnswer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(call.url, {
      method: "POST",
      headers: call.headers,
      body: call.body,
      // Follows no redirects: their target is not in the settings.
      redirect: "manual",
      signal: AbortSignal.timeout(call.timeoutMs),
    });
    text = await readAnswerText(response);
  } catch (error) {
    throw new Away(`no answer: ${codeOf(error)}`);
  }
  const { status, headers } = response;
  if (status === 429 || status >= 500)
    throw new Away(
      renderAnswer({ status, text }),
      toMs(headers.get("retry-after")),
    );
  return { status, text };
}

export function postJSON(
  fetch: Fetch,
  { headers, body, ...call }: Omit<ProviderCall, "body"> & { body: object },
): Promise<ProviderAnswer> {
  return post(fetch, {
    ...call,
    headers: { "content-type": json, ...headers },
    body: JSON.stringify(body),
  });
}

/**
 * Returns the members of an answer; throws PushFailed if it is not a JSON
 * object.
 */
export function readAnswer(answer: ProviderAnswer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(answer.text);
    if (typeof value === "object" && value !== null)
      return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new PushFailed(renderAnswer(answer));
}

const longest = 300;

/** Renders an answer for the log. */
export function renderAnswer({ status, text }: ProviderAnswer): string {
  const line = text.replace(/\s+/g, " ").trim().slice(0, longest);
  return `HTTP ${status} ${line}`.trim();
}

/** Never the message, which may hold the address, and that the token. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string"
    ? error.code
    : error.name;
}

export function toMs(retryAfter: string | null | undefined): number {
  if (!retryAfter) return 0;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds)
    ? seconds * 1_000
    : Date.parse(retryAfter) - Date.now();
  return Math.max(0, ms || 0);
}
