import { errors } from "@parley/protocol/errors";

import type { AccountsSettings } from "../config/accounts-settings.ts";
import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { createLine } from "../pace/line.ts";
import type { SendCode } from "./codes.ts";
import { renderLifetime } from "./lifetime.ts";

export interface SMSSenderDeps {
  settings: AccountsSettings["verifyCode"]["phone"];
  /** Seconds that a code lives. */
  validTime: number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  now: () => number;
}

const timeoutMs = 10_000;
/** Most concurrent calls; further messages are queued. */
const calls = 16;

/** The gateway heard us and did not want it. */
class Refused extends Error {
  override readonly name = "Refused";
}

/**
 * Codes by any SMS gateway that has an HTTP API: what is sent to it are
 * templates of the operator's, in which {phone} and the like are replaced.
 */
export function createSMSSender({
  settings,
  validTime,
  fetch,
  now,
}: SMSSenderDeps): SendCode {
  const headers = settings.headers.map(readHeader);
  const type =
    headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const line = createLine(calls);
  const breaker = createCircuitBreaker({
    name: "the SMS gateway",
    isFailure: (error) => !(error instanceof Refused),
    now,
  });

  async function call(values: Readonly<Record<string, string>>): Promise<void> {
    const { method } = settings;
    const url = fill(settings.url, values, encodeURIComponent);
    const response = await fetch(url, {
      method,
      headers,
      ...(method !== "GET" && {
        body: fill(settings.body, values, escapeFor(type)),
      }),
      // A redirect leads to an address that the settings do not name.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    // A gateway may say a lot; nobody reads it.
    await response.body?.cancel();
    if (status >= 200 && status < 300) return;
    const message = `the SMS gateway answered HTTP ${status}`;
    if (status === 429 || status >= 500) throw new Error(message);
    throw new Refused(message);
  }

  return async (target, code) => {
    const [areaCode = "", number = ""] = target.split(" ");
    const values = {
      phone: `${areaCode}${number}`,
      areaCode: areaCode.replace("+", ""),
      number,
      code,
      lifetime: renderLifetime(validTime),
    };
    try {
      await line(() => breaker.run(() => call(values)));
    } catch (error) {
      throw errors.internal(`the code was not sent: ${reasonOf(error)}`);
    }
  };
}

/** "Name: value"; the settings were checked for the form. */
function readHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

const fill = (
  template: string,
  values: Readonly<Record<string, string>>,
  escape: (text: string) => string,
): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    // JSON has braces of its own.
    return value === undefined ? whole : escape(value);
  });

/** Returns the escaping that a body of this content type needs. */
function escapeFor(type: string): (text: string) => string {
  if (/json/i.test(type)) return (text) => JSON.stringify(text).slice(1, -1);
  if (/urlencoded/i.test(type)) return encodeURIComponent;
  if (/xml/i.test(type))
    return (text) => text.replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return (text) => text;
}

/** Never the address, which may hold a key. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused || error instanceof CircuitOpen)
    return error.message;
  if (error instanceof Error && /^the SMS gateway answered/.test(error.message))
    return error.message;
  return "the SMS gateway does not answer";
}
