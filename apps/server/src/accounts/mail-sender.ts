import { errors } from "@parley/protocol/errors";
import type { Transporter } from "nodemailer";

import { isLoopback } from "../config/loopback.ts";
import type { AccountsSettings } from "../config/accounts-settings.ts";
import { CircuitOpen, createCircuitBreaker } from "../pace/circuit-breaker.ts";
import { createLine } from "../pace/line.ts";
import type { SendCode } from "./codes.ts";
import { renderLifetime } from "./lifetime.ts";

export interface MailSenderDeps {
  settings: AccountsSettings["verifyCode"]["mail"];
  /** Seconds that a code lives. */
  validTime: number;
  now: () => number;
}

const timeoutMs = 10_000;
/** Most concurrent connections; further mails are queued. */
const connections = 8;

/**
 * Codes by SMTP. Where the server offers TLS it is used, and who has a password
 * sends it over nothing else; within the machine any certificate will do.
 */
export function createMailSender({
  settings,
  validTime,
  now,
}: MailSenderDeps): SendCode {
  const { smtpAddr, smtpPort, senderMail, senderAuthorizationCode } = settings;
  const isNear = isLoopback(smtpAddr);
  const breaker = createCircuitBreaker({
    name: "the mail server",
    isFailure: (error) => responseCodeOf(error) === undefined,
    now,
  });
  const line = createLine(connections);
  let transport: Promise<Transporter> | undefined;

  async function open(): Promise<Transporter> {
    // Loaded on the first mail: most servers send none.
    const { createTransport } = await import("nodemailer");
    return createTransport({
      host: smtpAddr,
      port: smtpPort,
      secure: smtpPort === 465,
      requireTLS: senderAuthorizationCode !== "" && !isNear,
      tls: { rejectUnauthorized: !isNear },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(senderAuthorizationCode !== "" && {
        auth: { user: senderMail, pass: senderAuthorizationCode },
      }),
    });
  }

  return async (to, code) => {
    const lifetime = renderLifetime(validTime);
    try {
      await line(() =>
        breaker.run(async () =>
          (await (transport ??= open())).sendMail({
            from: senderMail,
            to,
            subject: settings.title,
            text: `Your verification code is ${code}. It is valid for ${lifetime}.`,
            html: `<p>Your verification code is <b>${code}</b>. It is valid for ${lifetime}.</p>`,
          }),
        ),
      );
    } catch (error) {
      throw errors.internal(`the code was not mailed: ${reasonOf(error)}`);
    }
  };
}

/** The status code of the mail server's answer, if there was one. */
const responseCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && "responseCode" in error
    ? (error.responseCode as number)
    : undefined;

/** Never the server's own words, which may hold the message. */
function reasonOf(error: unknown): string {
  const answered = responseCodeOf(error);
  if (answered !== undefined) return `the mail server answered ${answered}`;
  return error instanceof CircuitOpen
    ? error.message
    : "the mail server does not answer";
}
