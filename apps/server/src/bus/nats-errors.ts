import { errors } from "@nats-io/transport-node";

/** The server's limit on payloads is smaller than messages that a node has to send. */
export class SmallPayload extends Error {
  override readonly name = "SmallPayload";
  constructor(bytes: number, needed: number) {
    super(
      `takes messages of ${bytes} bytes at most, and ${needed} are needed: raise max_payload in the configuration of NATS`,
    );
  }
}

/** System error codes of a host or port that cannot be reached, or not yet. */
const awayCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Returns whether a retry may succeed, because the server or its network is starting. */
export function isAway(error: unknown): boolean {
  return (
    error instanceof errors.TimeoutError ||
    awayCodes.has(codeOf(error)) ||
    isEndedAtOnce(error)
  );
}

/** Renders why the bus cannot be used and what the operator can do. */
export function whyNot(error: unknown, shown: string): string {
  const { message } = error as Error;
  const code = codeOf(error);
  if (error instanceof SmallPayload) return `the bus ${shown} ${message}`;
  if (error instanceof errors.PermissionViolationError)
    return `the bus ${shown} does not permit this user what a node does (${message}): let it publish and subscribe to parley.>`;
  if (error instanceof errors.AuthorizationError)
    return `the bus ${shown} refuses this user or password: set those that its configuration has, nats://user:password@host:4222, in PARLEY_BUS_URL`;
  if (error instanceof errors.TimeoutError)
    return `${shown} does not answer as a NATS server does: see that PARLEY_BUS_URL names its port for clients (4222, unless somebody changed it), and that nothing is in between`;
  if (isEndedAtOnce(error))
    return `${shown} ends the connection at once: see that PARLEY_BUS_URL names a NATS server and its port for clients (4222, unless somebody changed it)`;
  if (/unexpected response|JSON/i.test(message))
    return `${shown} is not a NATS server: set PARLEY_BUS_URL to one, and to its port for clients (4222, unless somebody changed it)`;
  if (/does not support 'tls'/.test(message))
    return `the bus ${shown} does not encrypt: write nats:// in PARLEY_BUS_URL, or switch TLS on in the configuration of NATS`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `there is no host of the bus ${shown} (${code}): set PARLEY_BUS_URL to a NATS server`;
  if (awayCodes.has(code))
    return `no NATS server answers at ${shown} (${code}): start one, or set PARLEY_BUS_URL to where it is`;
  if (
    /CERT|SIGNATURE|SSL|TLS|ISSUER/.test(code) ||
    /certificate/i.test(message)
  )
    return `the bus ${shown} has a certificate that is not trusted (${code || message}): name the file of its authority in NODE_EXTRA_CA_CERTS, and the server in PARLEY_BUS_URL as its certificate does`;
  return `the bus ${shown} cannot be used: ${message}`;
}

/** A proxy without a server behind it closes the connection; the library has no error for it. */
function isEndedAtOnce(error: unknown): boolean {
  return /provided an undefined error/.test((error as Error).message);
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Error ? codeOf(cause) : "";
}
