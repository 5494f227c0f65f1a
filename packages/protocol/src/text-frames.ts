import { FrameError } from "./envelope.ts";

/**
 * Returns the answer to a client's text frame, or null for none. Throws
 * FrameError for anything but a ping or pong (docs/wire/sockets.md#heartbeats).
 */
export function answerTextFrame(text: string): string | null {
  const { type, body } = parse(text);
  if (type === "pong") return null;
  if (type !== "ping") throw new FrameError("a text frame of unknown type");
  try {
    return JSON.stringify({ type: "pong", body });
  } catch (cause) {
    throw new FrameError("a text frame nested too deeply", { cause });
  }
}

/** COMPAT: Go matches keys whatever their case; a body must be answered. */
function parse(text: string): { type: unknown; body: unknown } {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch (cause) {
    throw new FrameError("a text frame without JSON", { cause });
  }
  if (typeof frame !== "object" || frame === null)
    throw new FrameError("a text frame without an object");
  let type: unknown = null;
  let body: unknown = null;
  for (const [key, value] of Object.entries(frame) as [string, unknown][]) {
    const name = key.toLowerCase();
    if (name === "type") type = value;
    else if (name === "body") body = value;
  }
  return { type, body };
}
