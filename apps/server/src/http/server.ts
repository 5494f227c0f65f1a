import { errors, ProtocolError } from "@parley/protocol/errors";
import { goStringify } from "@parley/protocol/go-json";
import { maxOperationIDLength } from "@parley/protocol/limits";

import type { Server } from "bun";
import type { LoadShedder } from "../pace/load-shedder.ts";
import type { RateLimiter } from "../pace/rate-limiter.ts";
import { nextTurn } from "../pace/turns.ts";
import type { Logger } from "../watching/logger.ts";
import type { Metrics } from "../watching/metrics.ts";
import { nobody } from "./actor.ts";
import type { Actor } from "./actor.ts";
import { isFromHere } from "./client-address.ts";
import { BodyRefused } from "./intake.ts";
import type { Body, Intake, Sender } from "./intake.ts";
import { keepTalking } from "./patience.ts";
import { requestURL } from "./request-url.ts";
import { BindError, bodyLimitOf } from "./route.ts";
import type { Route } from "./route.ts";
import {
  corsHeaders,
  refuseBody,
  send,
  sendAll,
  tooMany,
  tooRate,
} from "./answers.ts";

export interface APIOptions {
  hostname: string;
  port: number;
  /** No route takes more, whatever it needs. */
  maxBodyBytes: number;
}

export interface APIDeps {
  routes: readonly Route[];
  /** Pages that are not JSON envelopes: health, metrics, files. */
  pages: readonly WebPage[];
  /**
   * Returns the caller for the header `token`, or throws the token's error.
   * Called for unknown paths, too.
   */
  identify(token: string | null, path: string): Promise<Actor>;
  /** The client's own address, behind trusted proxies or not. */
  addressOf(remote: string, headers: Headers): string;
  /**
   * Returns whether the request is from this machine and not through a proxy.
   */
  isHere?(remote: string, headers: Headers): boolean;
  /**
   * Returns the unit for limits by address; undefined if many clients may share
   * it.
   */
  neighborhoodOf(address: string): string | undefined;
  /** Shared by all ports: their bodies lie in the same memory. */
  intake: Intake;
  /** undefined: no rate limit. */
  limiter?: RateLimiter | undefined;
  /** undefined: no load shedding. */
  shedder?: LoadShedder;
  /**
   * Called for every request to a route; the returned function is called after
   * the answer. undefined: no caller of this port can have a connection.
   */
  asks?: ((request: AskingRequest) => () => void) | undefined;
  metrics: Metrics;
  logger: Logger;
}

/** A request by REST, of somebody who may be connected as well. */
export interface AskingRequest {
  userID: string;
  /** 0: unknown, so all of the user's. */
  platformID: number;
  operationID: string;
  /** The client needs this long, in ms, after it asked last in this operation. */
  quietMs: number;
}

/** A request without operationID, token and envelope. */
export interface WebPage {
  /** Whole, or like `/object/*name`: all that begins with what is before `*`. */
  path: string;
  /** Default GET. */
  method?: "GET" | "HEAD" | "PUT" | "POST";
  /** Asked by machines that must always hear: it counts for no limit. */
  isUnlimited?: boolean;
  /**
   * `remote` is the address of whoever asks. The body is streamed: it may be
   * far longer than what a route takes. One that has to be in memory as a whole
   * comes by `read`, with a limit; it throws BodyRefused.
   */
  answer(
    request: Request,
    remote: string,
    read: (limit: number) => Promise<Body>,
  ): Promise<Response> | Response;
}

export interface API {
  readonly port: number;
  /** All routes, for the documentation. */
  readonly routes: readonly Route[];
  /** Handles a request that did not come over a socket. */
  answer(request: Request, remote: string): Promise<Response>;
  /** Takes no new requests, and answers those under way. */
  close(): Promise<void>;
}

export function serveAPI(
  options: APIOptions,
  {
    routes,
    pages,
    identify,
    addressOf,
    isHere = isFromHere,
    neighborhoodOf,
    intake,
    limiter,
    shedder,
    asks,
    metrics,
    logger,
  }: APIDeps,
): API {
  const posts = new Map(routes.map((each) => [each.method.path, each]));
  const hasLong = routes.some(({ method }) => method.isLong);
  const findPage = pageFinder(pages);
  let underWay = 0;
  /** The number of uploads among them, which have no timeout. */
  let uploads = 0;
  let idle: (() => void) | undefined;

  /** `asked` hears when the body of a request to a route has been read. */
  async function answer(
    request: Request,
    remote: string,
    asked?: () => void,
  ): Promise<Response> {
    const { pathname, searchParams } = requestURL(request);
    const { method } = request;
    if (method === "OPTIONS") {
      metrics.http("", method, 200);
      return send(request, 200, JSON.stringify("Options Request!"));
    }
    const page = findPage(method, pathname);
    if (page) {
      const address = addressOf(remote, request.headers);
      if (limiter && !page.isUnlimited && !limiter.admitsAddress(address)) {
        metrics.http(page.path, method, 429);
        return tooRate(request, limiter.limits.address);
      }
      const response = await answerPage(page, request, remote, address);
      metrics.http(page.path, method, response.status);
      return response;
    }
    if (method !== "POST" || !posts.has(pathname)) {
      const moved = otherSlash(pathname);
      if (method === "POST" ? posts.has(moved) : findPage(method, moved)) {
        const status = method === "GET" ? 301 : 307;
        metrics.http(moved, method, status);
        return new Response(null, { status, headers: { location: moved } });
      }
    }
    if (method !== "POST") return notFound(request);
    return post(request, pathname, searchParams, remote, asked);
  }

  async function answerPage(
    page: WebPage,
    request: Request,
    remote: string,
    address: string,
  ): Promise<Response> {
    const isUpload = page.method === "PUT" || page.method === "POST";
    if (isUpload) uploads++;
    try {
      return await page.answer(request, remote, (limit) =>
        intake.read(request, senderOf(nobody, address), limit),
      );
    } catch (error) {
      if (!(error instanceof BodyRefused)) throw error;
      return refuseBody(request, error);
    } finally {
      if (isUpload) uploads--;
    }
  }

  function senderOf({ userID, isAdmin }: Actor, address: string): Sender {
    if (userID !== "")
      return { name: `user ${userID}`, isOne: !isAdmin, isStranger: false };
    const network = neighborhoodOf(address);
    return {
      name: `address ${network ?? address}`,
      isOne: network !== undefined,
      isStranger: true,
    };
  }

  /** Throws TooMany; administrators may ask as much as they want. */
  function requireRate(actor: Actor, address: string): void {
    if (!limiter || actor.isAdmin) return;
    const { limits } = limiter;
    if (!limiter.admitsAddress(address)) throw new TooMany(limits.address);
    if (actor.userID !== "" && !limiter.admitsUser(actor.userID))
      throw new TooMany(limits.user);
  }

  async function post(
    request: Request,
    path: string,
    query: URLSearchParams,
    remote: string,
    asked?: () => void,
  ): Promise<Response> {
    const arrivedAt = performance.now();
    const found = posts.get(path);
    const operationID = request.headers.get("operationID") ?? "";
    const address = addressOf(remote, request.headers);
    let status: 200 | 400 = 200;
    let body: string;
    let code = 0;
    let actor = nobody;
    let sent: Body | undefined;
    let answered: (() => void) | undefined;
    let read: (() => void) | undefined;
    try {
      try {
        if (operationID === "")
          throw errors.args("header operationID is empty");
        if (operationID.length > maxOperationIDLength)
          throw errors.args(
            `header operationID is longer than ${maxOperationIDLength} characters`,
          );
        actor = await identify(request.headers.get("token"), path);
      } finally {
        requireRate(actor, address);
      }
      if (!found) return notFound(request);
      const waitedMs = performance.now() - arrivedAt;
      const { kind } = found.method;
      if (shedder && !shedder.admits(kind, waitedMs)) {
        shedder.refused();
        return overloaded(request, path);
      }
      const { headers } = request;
      const call = {
        cause: { actor, operationID },
        address,
        isHere: isHere(remote, headers),
        headers,
        query,
      };
      const sender = senderOf(actor, address);
      const limit = Math.min(
        options.maxBodyBytes,
        bodyLimitOf(found.method, actor),
      );
      sent = await intake.read(request, sender, limit);
      asked?.();
      const { userID, platformID } = actor;
      const { quietMs = 0 } = found;
      answered =
        userID === ""
          ? undefined
          : asks?.({ userID, platformID, operationID, quietMs });
      // Administrators' questions may be large; what is synced by is not.
      if (kind === "read" && userID !== "" && !actor.isAdmin)
        read = shedder?.reading(userID);
      const data = await (found.answerBytes
        ? found.answerBytes(call, sent.bytes)
        : found.answer(call, new TextDecoder().decode(sent.bytes)));
      body = `{"errCode":0,"errMsg":"","errDlt":""${data === undefined ? "" : `,"data":${data}`}}`;
    } catch (caught) {
      if (caught instanceof TooMany) {
        metrics.http(found ? path : "", "POST", 429);
        return tooRate(request, caught.limit);
      }
      if (caught instanceof BodyRefused) {
        const reason = caught.refusal.detail;
        logger.info({ operationID, path, reason }, "body refused");
        metrics.http(path, "POST", caught.status);
        return refuseBody(request, caught);
      }
      const error = caught instanceof BindError ? caught.refusal : caught;
      if (caught instanceof BindError) ({ status } = caught);
      const refusal =
        error instanceof ProtocolError ? error : errors.internal();
      ({ code } = refusal);
      const about = { operationID, path };
      if (error instanceof ProtocolError)
        logger.info(
          {
            ...about,
            errCode: code,
            reason: refusal.detail.slice(0, loggedLength),
          },
          "request refused",
        );
      else logger.error({ ...about, err: error }, "request failed");
      body = goStringify({
        errCode: code,
        errMsg: refusal.errMsg,
        errDlt: refusal.detail,
      });
    } finally {
      sent?.done();
      read?.();
    }
    const pattern = found ? path : "";
    metrics.api(pattern, "POST", code);
    metrics.http(pattern, "POST", status);
    try {
      return await sendAll(request, status, body);
    } finally {
      answered?.();
    }
  }

  function overloaded(request: Request, path: string): Response {
    metrics.http(path, "POST", 429);
    return tooMany(request, "the server has more to do than it can");
  }

  function notFound(request: Request): Response {
    metrics.http("<404>", request.method, 404);
    return send(request, 404, "404 page not found", "text/plain");
  }

  const server: Server<undefined> = Bun.serve({
    hostname: options.hostname,
    port: options.port,
    // Nothing is read before it is asked for: routes read what they may, and pages
    // stream and have their own limits.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    idleTimeout: 60,
    fetch: (request, from) =>
      safely(request, from.requestIP(request)?.address ?? ""),
  });

  function safely(request: Request, remote: string): Promise<Response> {
    if (!hasLong || !posts.get(requestURL(request).pathname)?.method.isLong)
      return untilAnswered(request, remote);
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    return keepTalking(untilAnswered(request, remote, resolve), {
      headers: { ...corsHeaders, "Content-Type": "application/json" },
      asked,
    });
  }

  async function untilAnswered(
    request: Request,
    remote: string,
    asked?: () => void,
  ): Promise<Response> {
    underWay++;
    try {
      return await answer(request, remote, asked);
    } catch (error) {
      logger.error({ err: error }, "request failed");
      return new Response(null, { status: 500 });
    } finally {
      if (--underWay === 0) idle?.();
    }
  }

  return {
    port: server.port ?? options.port,
    routes,
    answer: safely,
    async close() {
      const stopped = server.stop();
      const answered =
        underWay > 0
          ? new Promise<void>((resolve) => (idle = resolve))
          : Promise.resolve();
      const late = performance.now() + uploadMs;
      while (underWay > 0 && (underWay > uploads || performance.now() < late))
        await Promise.race([answered, Bun.sleep(100)]);
      // The last answers must still be written and read.
      const until = performance.now() + lingerMs;
      await nextTurn();
      while (server.pendingRequests > 0 && performance.now() < until)
        await Bun.sleep(10);
      // Connections that are only kept alive would hold us up.
      await server.stop(true);
      await stopped;
    },
  };
}

/** Time that a stop waits for uploads, whose senders can begin them again, in ms. */
const uploadMs = 5_000;
/** Time that a stop waits for clients to read their answers, in ms. */
const lingerMs = 2_000;

/** The caller exceeded the rate limit. */
class TooMany extends Error {
  override readonly name = "TooMany";
  /** Requests a second. */
  readonly limit: number;

  constructor(limit: number) {
    super(`more than ${limit} requests a second`);
    this.limit = limit;
  }
}

/** The same path with a slash at its end, or without it. */
const otherSlash = (path: string): string =>
  path.endsWith("/") ? path.slice(0, -1) : `${path}/`;

/** Finds a page by method and path; exact paths come before patterns. */
function pageFinder(
  pages: readonly WebPage[],
): (method: string, path: string) => WebPage | undefined {
  const whole = new Map<string, WebPage>();
  const below: { method: string; prefix: string; page: WebPage }[] = [];
  for (const page of pages) {
    const { method = "GET", path } = page;
    const star = path.indexOf("*");
    if (star < 0) whole.set(`${method} ${path}`, page);
    else below.push({ method, prefix: path.slice(0, star), page });
  }
  return (method, path) =>
    whole.get(`${method} ${path}`) ??
    below.find((each) => each.method === method && path.startsWith(each.prefix))
      ?.page;
}

/**
 * Characters of a refusal that are logged: an import's refusal names every bad
 * row.
 */
const loggedLength = 1_000;
