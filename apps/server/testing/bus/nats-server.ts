import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { findNats, noNats } from "../../../../scripts/debian-packages.ts";

export interface NatsOptions {
  /** Port on 127.0.0.1; a free one by default. */
  port?: number;
  /** Signals for the group of this process, such as Ctrl-C, do not end it. */
  isApart?: boolean;
}

/** A NATS of its own for tests. */
export interface NatsServer extends AsyncDisposable {
  readonly port: number;
  /** nats://127.0.0.1:port */
  readonly url: string;
  readonly process: ChildProcess;
  /** SIGKILL: it tells nobody. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with another configuration if given. */
  start(configuration?: string): Promise<void>;
}

/**
 * Starts Debian's nats-server on a free port of 127.0.0.1; `configuration` is
 * in its own language.
 */
export async function startNats(
  configuration = "",
  options: NatsOptions = {},
): Promise<NatsServer> {
  const program = findNats();
  if (program === null) throw new Error(noNats);
  const folder = mkdtempSync(path.join(tmpdir(), "parley-nats-"));
  // Only for our eyes: it may name a password.
  const file = path.join(folder, "nats.conf");
  let port = options.port ?? -1;
  let server: ChildProcess;

  async function start(now = configuration): Promise<void> {
    writeFileSync(file, now);
    server = spawn(
      program ?? "",
      ["--config", file, "--addr", "127.0.0.1", "--port", String(port)],
      {
        stdio: ["ignore", "ignore", "pipe"],
        detached: options.isApart ?? false,
      },
    );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let log = "";
    server.stderr?.on("data", (chunk) => {
      // It goes on being read: a full pipe would stop the program.
      if (log.includes("Server is ready")) return;
      log += String(chunk);
      if (log.includes("Server is ready")) resolve();
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`nats-server ended: ${log}`)));
    await promise;
    port = Number(/client connections on [\d.]+:(\d+)/.exec(log)?.[1]);
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    get process() {
      return server;
    },
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
