import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { startNats } from "../../testing/bus/nats-server.ts";
import type { NatsServer } from "../../testing/bus/nats-server.ts";
import { openTestNats } from "../../testing/bus/open-test-nats.ts";
import { startTCPProxy } from "../../testing/network/tcp-proxy.ts";
import type { TCPProxy } from "../../testing/network/tcp-proxy.ts";
import type { Bus } from "./bus.ts";

let nats: NatsServer;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats[Symbol.asyncDispose]());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (data: Uint8Array): string => new TextDecoder().decode(data);
const addressOf = ({ port }: { port: number }): string =>
  `nats://127.0.0.1:${port}`;

const goesDown = (bus: Bus): Promise<void> =>
  new Promise((resolve) => bus.onDown(resolve));
const comesUp = (bus: Bus): Promise<void> =>
  new Promise((resolve) => bus.onUp(resolve));
const hears = (bus: Bus, subject: string): Promise<string> =>
  new Promise((resolve) => {
    const end = bus.subscribe(subject, (data) => {
      end();
      resolve(textOf(data));
    });
  });

/** Ann is connected through a proxy that can break her connection, Bob directly. */
async function annAndBob() {
  const proxy = await startTCPProxy({ port: nats.port });
  const cluster = crypto.randomUUID();
  const lost: string[] = [];
  const failed: unknown[] = [];
  const ann = await openTestNats({
    url: addressOf(proxy),
    cluster,
    troubles: {
      lost: (reason) => lost.push(reason),
      back: () => undefined,
      failed: (error) => failed.push(error),
    },
  });
  const bob = await openTestNats({ url: nats.url, cluster });
  return {
    ann,
    bob,
    proxy,
    lost,
    failed,
    async [Symbol.asyncDispose]() {
      await proxy.behave();
      await ann.close();
      await bob.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

describe("a node that loses NATS", () => {
  const harms: [title: string, harm: (proxy: TCPProxy) => unknown][] = [
    ["by a reset", (proxy) => proxy.reset()],
    ["by its end", (proxy) => proxy.halfClose()],
    ["because nothing gets through", (proxy) => proxy.beSilent()],
    ["because nothing gets there", (proxy) => proxy.beSilent("to server")],
    ["because nothing comes back", (proxy) => proxy.beSilent("to client")],
  ];
  for (const [title, harm] of harms)
    test(`${title} says so, and hears everything again once it is back`, async () => {
      await using parts = await annAndBob();
      const { ann, bob, proxy, lost } = parts;
      expect(ann.isUp()).toBe(true);
      expect(ann.downSince()).toBe(0);
      const before = Date.now();
      const down = goesDown(ann);
      const up = comesUp(ann);
      harm(proxy);
      await down;
      expect(ann.isUp()).toBe(false);
      expect(ann.downSince()).toBeGreaterThanOrEqual(before);
      expect(lost).toHaveLength(1);
      await proxy.behave();
      await up;
      expect(ann.isUp()).toBe(true);
      expect(ann.downSince()).toBe(0);

      const heard = hears(ann, "u.ann");
      await ann.flush();
      bob.publish("u.ann", bytes("are you there?"));
      expect(await heard).toBe("are you there?");
    });

  test("keeps its subscriptions and services, made before and meanwhile", async () => {
    await using parts = await annAndBob();
    const { ann, bob, proxy } = parts;
    const before = hears(ann, "before");
    ann.serve("before", async () => bytes("before"));
    const down = goesDown(ann);
    await proxy.cut();
    await down;
    const meanwhile = hears(ann, "meanwhile");
    const ended = hears(ann, "ended");
    void ended;
    ann.serve("meanwhile", async () => bytes("meanwhile"));
    const up = comesUp(ann);
    await proxy.behave();
    await up;
    await ann.flush();
    bob.publish("before", bytes("1"));
    bob.publish("meanwhile", bytes("2"));
    expect(await Promise.all([before, meanwhile])).toEqual(["1", "2"]);
    for (const subject of ["before", "meanwhile"]) {
      const answer = await bob.request(subject, bytes("?"), 10_000);
      expect(textOf(answer)).toBe(subject);
    }
  });

  test("fails requests and flushes that wait, and those made meanwhile", async () => {
    await using parts = await annAndBob();
    const { ann, bob, proxy } = parts;
    const asked = hears(bob, "asked");
    bob.serve("silent", () => new Promise(() => undefined));
    bob.serve("asked", () => new Promise(() => undefined));
    await bob.flush();
    const outcomes = [
      ann.request("silent", bytes("?"), 3_600_000),
      ann.request("asked", bytes("?"), 3_600_000),
    ].map((each) => each.catch((error: unknown) => String(error)));
    await asked;
    const down = goesDown(ann);
    await proxy.cut();
    await down;
    outcomes.push(
      ann
        .request("silent", bytes("?"), 3_600_000)
        .catch((error: unknown) => String(error)),
      ann.flush().then(
        () => "flushed",
        (error: unknown) => String(error),
      ),
    );
    expect(await Promise.all(outcomes)).toEqual(
      Array.from({ length: 4 }, () => "BusError: the bus is away"),
    );
  });

  test("drops what it says meanwhile, and says nothing old when it is back", async () => {
    await using parts = await annAndBob();
    const { ann, bob, proxy } = parts;
    const down = goesDown(ann);
    await proxy.cut();
    await down;
    const first = hears(bob, "u.bob");
    await bob.flush();
    for (let i = 0; i < 1_000; i++) ann.publish("u.bob", bytes("old"));
    const up = comesUp(ann);
    await proxy.behave();
    await up;
    ann.publish("u.bob", bytes("new"));
    expect(await first).toBe("new");
  });

  test("holds no more than a bound for a NATS that takes nothing", async () => {
    await using parts = await annAndBob();
    const { ann, bob, proxy } = parts;
    let heard = 0;
    bob.subscribe("u.bob", () => heard++);
    await bob.flush();
    proxy.beSilent("to server");
    const megabyte = new Uint8Array(1_048_576);
    const down = goesDown(ann);
    for (let i = 0; i < 1_000; i++) ann.publish("u.bob", megabyte);
    await down;
    await proxy.behave();
    const up = comesUp(ann);
    if (!ann.isUp()) await up;
    const last = hears(bob, "last");
    await bob.flush();
    ann.publish("last", bytes(""));
    await last;
    expect(heard).toBeLessThanOrEqual(33);
  });

  test("hears everything in order, however late it is", async () => {
    await using parts = await annAndBob();
    const { ann, bob, proxy } = parts;
    proxy.delay(30);
    const heard: number[] = [];
    const all = new Promise<void>((resolve) => {
      ann.subscribe("u.ann", (data) => {
        heard.push(Number(textOf(data)));
        if (heard.length === 500) resolve();
      });
    });
    await ann.flush();
    for (let i = 0; i < 500; i++) bob.publish("u.ann", bytes(String(i)));
    await all;
    expect(heard).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  test("goes on after NATS itself was killed and started again", async () => {
    await using own = await startNats();
    const cluster = crypto.randomUUID();
    const buses = await Promise.all(
      Array.from({ length: 2 }, () => openTestNats({ url: own.url, cluster })),
    );
    const [ann, bob] = buses as [Bus, Bus];
    const heard = hears(bob, "u.bob");
    for (let round = 0; round < 3; round++) {
      const down = Promise.all(buses.map(goesDown));
      const up = Promise.all(buses.map(comesUp));
      await own.kill();
      await down;
      await own.start();
      await up;
    }
    await bob.flush();
    ann.publish("u.bob", bytes("still here"));
    expect(await heard).toBe("still here");
    await Promise.all(buses.map((bus) => bus.close()));
  });

  test("is back when its password is right again, however often it was refused", async () => {
    const withPassword = (password: string): string =>
      `authorization { user: node, password: "${password}" }`;
    await using own = await startNats(withPassword("right"));
    await using proxy = await startTCPProxy({ port: own.port });
    const lost: string[] = [];
    const bus = await openTestNats({
      url: `nats://node:right@127.0.0.1:${proxy.port}`,
      troubles: {
        lost: (reason) => lost.push(reason),
        back: () => undefined,
        failed: () => undefined,
      },
    });
    const down = goesDown(bus);
    const up = comesUp(bus);
    await own.kill();
    await down;
    await own.start(withPassword("another"));
    await proxy.begun(5);
    await own.kill();
    await own.start(withPassword("right"));
    await up;
    expect(bus.isUp()).toBe(true);
    // Reported once, though several attempts were refused.
    expect(lost).toEqual([
      "the connection was closed",
      "Authorization Violation",
    ]);
    await bus.close();
  });

  test("does not end because a listener throws", async () => {
    await using parts = await annAndBob();
    const { ann, bob, failed } = parts;
    ann.subscribe("u.ann", () => {
      throw new Error("a fault of a listener");
    });
    const after = hears(ann, "after");
    await ann.flush();
    bob.publish("u.ann", bytes("x"));
    bob.publish("after", bytes("y"));
    expect(await after).toBe("y");
    expect(String(failed)).toContain("a fault of a listener");
  });

  test("stops at once though NATS takes nothing", async () => {
    await using parts = await annAndBob();
    const { ann, proxy } = parts;
    proxy.beSilent();
    ann.publish("u.bob", new Uint8Array(100_000));
    await ann.close();
    expect(ann.isUp()).toBe(false);
  });
});

describe("clusters that share a NATS", () => {
  test("hear nothing of each other", async () => {
    const one = await openTestNats({ url: nats.url, cluster: "one" });
    const same = await openTestNats({ url: nats.url, cluster: "one" });
    const other = await openTestNats({ url: nats.url, cluster: "other" });
    let strange = 0;
    other.subscribe(">", () => strange++);
    other.serve("ask", async () => bytes("other"));
    await other.flush();
    const heard = hears(same, "u.1");
    await same.flush();
    const outcome = await one
      .request("ask", bytes(""), 10_000)
      .catch((error: unknown) => String(error));
    one.publish("u.1", bytes("x"));
    await heard;
    await other.flush();
    expect(outcome).toBe("BusError: nobody serves ask");
    expect(strange).toBe(0);
    await Promise.all([one, same, other].map((bus) => bus.close()));
  });
});

/** Listens as a server of another protocol. */
async function startStranger(greet: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve()),
  );
  const { port } = server.address() as { port: number };
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refusalOf = (
  url: string,
  more: Partial<Parameters<typeof openTestNats>[0]> = {},
): Promise<string> =>
  openTestNats({ url, ...more }).then(
    async (bus) => {
      await bus.close();
      return "opened";
    },
    (error: unknown) => (error as Error).message,
  );

describe("a start says what to do about", () => {
  test("a port on which nothing listens", async () => {
    const proxy = await startTCPProxy({ port: 1 });
    await proxy[Symbol.asyncDispose]();
    expect(await refusalOf(`nats://user:hidden@127.0.0.1:${proxy.port}`)).toBe(
      `no NATS server answers at nats://127.0.0.1:${proxy.port} (ECONNREFUSED): start one, or set PARLEY_BUS_URL to where it is`,
    );
  });

  test("a host that there is not", async () => {
    expect(await refusalOf("nats://nats.invalid:4222")).toContain(
      "there is no host of the bus nats://nats.invalid:4222",
    );
  });

  test("a server that speaks another protocol", async () => {
    await using stranger = await startStranger((socket) =>
      socket.write("220 mail.example ESMTP\r\n"),
    );
    expect(await refusalOf(addressOf(stranger))).toContain(
      "is not a NATS server: set PARLEY_BUS_URL to one",
    );
  });

  test("a server that waits for the first word, as web servers do", async () => {
    await using stranger = await startStranger(() => undefined);
    expect(await refusalOf(addressOf(stranger))).toContain(
      "does not answer as a NATS server does",
    );
  });

  test("a proxy without a server", async () => {
    await using stranger = await startStranger((socket) => socket.end());
    expect(await refusalOf(addressOf(stranger))).toContain(
      "ends the connection at once",
    );
  });

  test("a wrong password, without showing it", async () => {
    await using own = await startNats(
      `authorization { user: node, password: "p@ss,word" }`,
    );
    const at = `127.0.0.1:${own.port}`;
    expect(await refusalOf(`nats://node:p%40ss%2Cword@${at}`)).toBe("opened");
    for (const who of ["", "node:hidden@", "nobody:p%40ss%2Cword@", "tok@"])
      expect(await refusalOf(`nats://${who}${at}`)).toBe(
        `the bus nats://${at} refuses this user or password: set those that its configuration has, nats://user:password@host:4222, in PARLEY_BUS_URL`,
      );
  });

  test("a wrong token, without showing it", async () => {
    await using own = await startNats(`authorization { token: "right" }`);
    const at = `127.0.0.1:${own.port}`;
    expect(await refusalOf(`nats://right@${at}`)).toBe("opened");
    const refusal = await refusalOf(`nats://hidden@${at}`);
    expect(refusal).toContain("refuses this user or password");
    expect(refusal).not.toContain("hidden");
  });

  test("a server that takes too small messages", async () => {
    await using own = await startNats("max_payload: 65536");
    expect(await refusalOf(own.url)).toBe(
      `the bus ${own.url} takes messages of 65536 bytes at most, and 1048576 are needed: raise max_payload in the configuration of NATS`,
    );
  });

  test("a user that may not publish or not subscribe", async () => {
    for (const permissions of [
      `publish: "other.>", subscribe: ">"`,
      `publish: ">", subscribe: "other.>"`,
    ]) {
      await using own = await startNats(
        `authorization { users: [ { user: node, password: x, permissions: { ${permissions} } } ] }`,
      );
      expect(await refusalOf(`nats://node:x@127.0.0.1:${own.port}`)).toContain(
        "let it publish and subscribe to parley.>",
      );
    }
  });

  test("nothing where the user may do what a node does, and nothing else", async () => {
    await using own = await startNats(
      `authorization { users: [ { user: node, password: x, permissions: { publish: "parley.>", subscribe: "parley.>" } } ] }`,
    );
    const url = `nats://node:x@127.0.0.1:${own.port}`;
    const [ann, bob] = [
      await openTestNats({ url }),
      await openTestNats({ url }),
    ];
    bob.serve("ask", async () => bytes("answered"));
    const heard = hears(bob, "u.1");
    await bob.flush();
    ann.publish("u.1", bytes("x"));
    expect(await heard).toBe("x");
    const answer = await ann.request("ask", bytes("?"), 10_000);
    expect(textOf(answer)).toBe("answered");
    await Promise.all([ann.close(), bob.close()]);
  });

  test("a server without TLS where tls:// is written", async () => {
    expect(await refusalOf(`tls://127.0.0.1:${nats.port}`)).toContain(
      "does not encrypt: write nats:// in PARLEY_BUS_URL, or switch TLS on",
    );
  });

  test("a server that is not there yet: it waits", async () => {
    const proxy = await startTCPProxy({ port: nats.port });
    await proxy.cut();
    let told = "";
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const opening = openTestNats({
      url: addressOf(proxy),
      waitMs: 3_600_000,
      waiting(message) {
        told = message;
        resolve();
      },
    });
    await waits;
    await proxy.behave();
    const bus = await opening;
    expect(bus.isUp()).toBe(true);
    expect(told).toStartWith(
      "waiting up to 3600 s for the bus: no NATS server answers at",
    );
    await bus.close();
    await proxy[Symbol.asyncDispose]();
  });

  test("a wrong password while it waits: it does not wait", async () => {
    await using own = await startNats(
      `authorization { user: node, password: "right" }`,
    );
    const url = `nats://node:wrong@127.0.0.1:${own.port}`;
    expect(await refusalOf(url, { waitMs: 3_600_000 })).toContain("refuses");
  });

  test("several servers: it takes one that is there", async () => {
    const url = `nats://127.0.0.1:1,127.0.0.1:${nats.port}`;
    expect(await refusalOf(url)).toBe("opened");
  });
});

const openssl = Bun.which("openssl");

describe.skipIf(openssl === null)("a NATS with TLS", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-tls-"));
  const file = (name: string): string => path.join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: string[]): void {
    const { status, stderr } = spawnSync(openssl ?? "", args, { cwd: folder });
    if (status !== 0) throw new Error(String(stderr));
  }

  /** Makes a certificate for these names, signed by the authority in ca.pem. */
  function certify(name: string, names: string): void {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    run(
      "req",
      ...key,
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
    );
    writeFileSync(file(`${name}.ext`), `subjectAltName=${names}`);
    run(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.pem`,
    );
  }

  beforeAll(() => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    run(
      "req",
      "-x509",
      ...key,
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-days",
      "2",
      "-subj",
      "/CN=ca",
    );
    certify("right", "DNS:localhost,IP:127.0.0.1");
    certify("foreign", "DNS:nats.example");
  });

  const withTLS = (name: string): string =>
    `tls { cert_file: "${file(`${name}.pem`)}", key_file: "${file(`${name}.key`)}" }`;

  /** Connects from a new process, since authorities are read when a process starts. */
  function opening(url: string, authority?: string): string {
    const script = path.join(
      import.meta.dirname,
      "../../testing/bus/try-to-open.ts",
    );
    const { stdout, stderr } = spawnSync(process.execPath, [script, url], {
      env: {
        ...process.env,
        ...(authority !== undefined && { NODE_EXTRA_CA_CERTS: authority }),
      },
    });
    return String(stdout).trim() || String(stderr);
  }

  test("is trusted by an authority's name alone", async () => {
    await using own = await startNats(withTLS("right"));
    for (const url of [
      `tls://localhost:${own.port}`,
      `nats://127.0.0.1:${own.port}`,
    ]) {
      expect(opening(url, file("ca.pem"))).toBe("opened");
      expect(opening(url)).toContain(
        "has a certificate that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE): name the file of its authority in NODE_EXTRA_CA_CERTS",
      );
    }
  });

  test("with another server's certificate is not trusted", async () => {
    await using own = await startNats(withTLS("foreign"));
    for (const host of ["localhost", "127.0.0.1"])
      expect(opening(`tls://${host}:${own.port}`, file("ca.pem"))).toContain(
        "has a certificate that is not trusted",
      );
  });
});
