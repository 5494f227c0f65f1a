import { afterEach, expect, test } from "bun:test";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { SMTPServer } from "smtp-server";
import type { SMTPServerOptions } from "smtp-server";

import { createMailSender } from "./mail-sender.ts";

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0))
    await new Promise<void>((resolve) => server.close(() => resolve()));
});

interface Mail {
  from: string;
  to: string;
  text: string;
  isSecure: boolean;
}

/** A mail server of a test's own; what it got arrives in `mails`. */
async function startMailServer(options: SMTPServerOptions) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...options,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address).join(),
          text: Buffer.concat(chunks).toString(),
          isSecure: session.secure,
        });
        done();
      });
    },
  });
  servers.push(server);
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.server.address() as AddressInfo;
  return { port, mails };
}

const open = (port: number, senderAuthorizationCode = "") =>
  createMailSender({
    settings: {
      use: "mail",
      title: "Your code",
      senderMail: "parley@example.com",
      senderAuthorizationCode,
      smtpAddr: "127.0.0.1",
      smtpPort: port,
    },
    validTime: 600,
    now: () => 0,
  });

test("a code is mailed with its real lifetime, as text and as HTML", async () => {
  const { port, mails } = await startMailServer({ authOptional: true });
  await open(port)("al@example.com", "123456");
  const [mail] = mails;
  expect(mail).toMatchObject({
    from: "parley@example.com",
    to: "al@example.com",
  });
  expect(mail?.text).toContain("Subject: Your code");
  expect(mail?.text).toContain("text/plain");
  expect(mail?.text).toContain("<b>123456</b>");
  expect(mail?.text).toContain("10 minutes");
});

test("where the server offers TLS it is used", async () => {
  const { port, mails } = await startMailServer({ authOptional: true });
  await open(port)("al@example.com", "123456");
  expect(mails[0]?.isSecure).toBe(true);
  const plain = await startMailServer({
    authOptional: true,
    hideSTARTTLS: true,
    disabledCommands: ["STARTTLS"],
  });
  await open(plain.port)("al@example.com", "123456");
  expect(plain.mails[0]?.isSecure).toBe(false);
});

test("a password is given to a server that asks for one", async () => {
  const seen: (string | null | undefined)[] = [];
  const { port, mails } = await startMailServer({
    onAuth({ username, password }, _session, done) {
      seen.push(username, password);
      done(null, { user: username });
    },
  });
  await open(port, "word")("al@example.com", "123456");
  expect(seen).toEqual(["parley@example.com", "word"]);
  expect(mails).toHaveLength(1);
});

test("a refusal tells its number and nothing of the message", async () => {
  const { port } = await startMailServer({
    authOptional: true,
    onRcptTo(_address, _session, done) {
      done(Object.assign(new Error("no 123456"), { responseCode: 550 }));
    },
  });
  const failure = await open(port)("al@example.com", "123456").catch(
    (error: unknown) => error as { code: number; detail: string },
  );
  expect(failure).toMatchObject({
    code: 500,
    detail: "the code was not mailed: the mail server answered 550",
  });
});

test("a server that is gone is a short error, and soon nobody waits for it", async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise<void>((resolve) => gone.close(() => resolve()));
  const send = open(port);
  const detailOf = () =>
    send("al@example.com", "123456").then(
      () => "sent",
      (error: unknown) => (error as { detail: string }).detail,
    );
  for (let tries = 0; tries < 20; tries++)
    expect(await detailOf()).toBe(
      "the code was not mailed: the mail server does not answer",
    );
  expect(await detailOf()).toContain("is away");
});
