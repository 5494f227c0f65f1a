import type { FrameHandlers } from "../gateway/requests.ts";
import type { APIDeps } from "../http/server.ts";
import type { Route } from "../http/route.ts";
import type { Engine } from "../storage/engine.ts";

/**
 * While the database does not answer, changes are refused after a moment and reads when
 * clients give up. These wrappers count the reads that a change makes as parts of it.
 */
export function routesAsChanges(
  { losses }: Engine,
  routes: readonly Route[],
): Route[] {
  if (!losses) return [...routes];
  return routes.map((route) => {
    if (route.method.kind === "read") return route;
    const { answerBytes } = route;
    return {
      ...route,
      answer: (call, body) => losses.asChange(() => route.answer(call, body)),
      ...(answerBytes && {
        answerBytes: (call, body) =>
          losses.asChange(() => answerBytes(call, body)),
      }),
    };
  });
}

/** The same for the question who sends such a request. */
export function identifyAsChange(
  { losses }: Engine,
  routes: readonly Route[],
  identify: APIDeps["identify"],
): APIDeps["identify"] {
  if (!losses) return identify;
  const changing = new Set(
    routes
      .filter(({ method }) => method.kind !== "read")
      .map(({ method }) => method.path),
  );
  return (token, path) =>
    changing.has(path)
      ? losses.asChange(() => identify(token, path))
      : identify(token, path);
}

/** The same for frames. */
export function framesAsChanges(
  { losses }: Engine,
  handlers: FrameHandlers,
): FrameHandlers {
  if (!losses) return handlers;
  return new Map(
    [...handlers].map(([reqIdentifier, handler]) => [
      reqIdentifier,
      handler.frame.kind === "read"
        ? handler
        : {
            ...handler,
            answer: (call) => losses.asChange(() => handler.answer(call)),
          },
    ]),
  );
}
