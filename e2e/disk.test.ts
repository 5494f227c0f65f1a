import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import {
  GetUsersInfo,
  SetGlobalMsgRecvOpt,
} from "@parley/protocol/methods/users";

import { Admin, Client, post, RequestError } from "./client.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import {
  countdown,
  createPairs,
  sayAllAgain,
  speak,
  verifyPair,
} from "./speaking.ts";
import type { Pair } from "./speaking.ts";
import type { Called } from "./client.ts";

const databaseError = 90002;

/** A small disk of its own; null: this system or user cannot have one. */
function mountDisk(megabytes: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-disk-"));
  const options = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "parley", folder];
  if (spawnSync("mount", options).status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = path.join(folder, "filler");
  return {
    folder,
    /** Leaves room for no byte. */
    fill() {
      const file = openSync(filler, "a");
      try {
        for (const size of [1_048_576, 4_096, 1]) fillBy(file, size);
      } finally {
        closeSync(file);
      }
    },
    free: () => unlinkSync(filler),
    [Symbol.dispose]() {
      spawnSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

function fillBy(file: number, size: number): void {
  const piece = new Uint8Array(size);
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

const canMount = ((): boolean => {
  using disk = mountDisk(1);
  return disk !== null;
})();

/** Makes a system call on a file of a running server go wrong. */
function injectFault(
  server: RunningServer,
  call: string,
  fault: string,
  file = "parley.db-wal",
): ChildProcess {
  return spawn(
    "strace",
    [
      ...["-f", "-q", "-o", "/dev/null", "-p", String(server.process.pid)],
      ...["-P", path.join(server.dataFolder, file)],
      ...["-e", `trace=${call}`, "-e", `inject=${call}:${fault}`],
    ],
    { stdio: "ignore" },
  );
}

async function logged(server: RunningServer, text: string): Promise<void> {
  while (!server.logs().includes(text))
    await once(server.process.stdout!, "data");
}

const canInject = ((): boolean => {
  const { status } = spawnSync("strace", ["-o", "/dev/null", "true"]);
  return status === 0;
})();

interface Crowd {
  pairs: Pair[];
  /** Resolves after so many further acknowledgements, or refusals. */
  acks(count: number): Promise<void>;
  refusals(count: number): Promise<void>;
  end(): Promise<void>;
}

/** They speak all the time, whatever they are told. */
async function startCrowd(server: RunningServer): Promise<Crowd> {
  const pairs = await createPairs(server, 4);
  let isEnough = false;
  let acks = countdown(0);
  let refusals = countdown(0);
  const speaking = pairs.map((pair) =>
    speak(server, pair, {
      acknowledged: () => acks.step(),
      refused: () => refusals.step(),
      isEnough: () => isEnough,
    }),
  );
  return {
    pairs,
    acks: (count) => (acks = countdown(count)).reached,
    refusals: (count) => (refusals = countdown(count)).reached,
    async end() {
      isEnough = true;
      await Promise.all(speaking);
    },
  };
}

/** A kill without any preparation loses nothing acknowledged. */
async function verifyAfterKill(
  server: RunningServer,
  { pairs }: Crowd,
): Promise<void> {
  for (const pair of pairs) {
    expect([...pair.refused.keys()]).toEqual([databaseError]);
    await verifyPair(server, pair);
  }
  await server.kill();
  await server.start();
  for (const pair of pairs) await sayAllAgain(server, pair);
}

test.skipIf(!canMount)(
  "a full disk stops the acknowledgements, loses nothing, and goes on when there is room",
  async () => {
    using disk = mountDisk(48);
    if (!disk) throw new Error("there was one before");
    await using server = await startServer({
      dataFolder: path.join(disk.folder, "data"),
    });
    const crowd = await startCrowd(server);
    await crowd.acks(200);
    for (let round = 0; round < 3; round++) {
      const refused = crowd.refusals(200);
      disk.fill();
      await refused;
      const admin = await Admin.signIn(server.api).catch((error) => error);
      const registered: unknown =
        admin instanceof Admin
          ? await admin.users("carl").catch((error: unknown) => error)
          : admin;
      expect(registered).toBeInstanceOf(RequestError);
      expect((registered as RequestError).message).toBe(
        "90002 DatabaseError nothing was changed: the disk is full",
      );
      const readiness = await fetch(`${server.api}/readyz`);
      expect([readiness.status, await readiness.text()]).toEqual([
        503,
        "nothing can be written: see the log\n",
      ]);
      const acked = crowd.acks(200);
      disk.free();
      await acked;
      expect((await fetch(`${server.api}/readyz`)).status).toBe(200);
    }
    await crowd.end();
    expect(server.process.exitCode).toBeNull();
    expect(server.logs()).toContain("the database cannot be written");
    expect(server.logs()).toContain("changes are written again");
    await verifyAfterKill(server, crowd);
  },
);

test.skipIf(!canMount)(
  "a server that nobody writes to is ready again once the disk has room",
  async () => {
    using disk = mountDisk(48);
    if (!disk) throw new Error("there was one before");
    await using server = await startServer({
      dataFolder: path.join(disk.folder, "data"),
    });
    const crowd = await startCrowd(server);
    await crowd.acks(50);
    const refused = crowd.refusals(50);
    disk.fill();
    await refused;
    await crowd.end();
    const status = async () => (await fetch(`${server.api}/readyz`)).status;
    expect(await status()).toBe(503);
    disk.free();
    // Asking is what makes it try.
    while ((await status()) !== 200) await Bun.sleep(10);
    expect(server.logs()).toContain("changes are written again");
  },
);

test.skipIf(!canInject)(
  "a disk that became read-only stops the acknowledgements, and goes on when it may be written",
  async () => {
    await using server = await startServer();
    const crowd = await startCrowd(server);
    await crowd.acks(200);
    const refused = crowd.refusals(200);
    const fault = injectFault(server, "pwrite64", "error=EROFS");
    await refused;
    const acked = crowd.acks(200);
    fault.kill("SIGINT");
    await once(fault, "exit");
    await acked;
    await crowd.end();
    await verifyAfterKill(server, crowd);
  },
);

test.skipIf(!canInject)(
  "a disk that fills while the log is moved into the database stops nobody, and loses nothing",
  async () => {
    await using server = await startServer();
    const crowd = await startCrowd(server);
    await crowd.acks(50);
    const fault = injectFault(server, "pwrite64", "error=ENOSPC", "parley.db");
    await logged(server, "could not be copied into it");
    await crowd.acks(200);
    fault.kill("SIGINT");
    await once(fault, "exit");
    await crowd.acks(200);
    await crowd.end();
    for (const pair of crowd.pairs) {
      expect(pair.refused.size).toBe(0);
      await verifyPair(server, pair);
    }
    await server.kill();
    await server.start();
    for (const pair of crowd.pairs) await verifyPair(server, pair);
  },
);

test.skipIf(!canInject)(
  "after a sync that failed nothing is acknowledged: the server ends with 74 and is whole at its next start",
  async () => {
    await using server = await startServer();
    const crowd = await startCrowd(server);
    await crowd.acks(200);
    const exited = once(server.process, "exit");
    injectFault(server, "fdatasync", "error=EIO");
    const [code] = (await exited) as [number];
    expect(code).toBe(74);
    await crowd.end();
    await server.start();
    for (const pair of crowd.pairs) {
      expect(pair.refused.size).toBe(0);
      await verifyPair(server, pair);
      await sayAllAgain(server, pair);
    }
  },
);

test.skipIf(!canInject)(
  "the thread that serves everybody never waits for the disk, also where the log begins again",
  async () => {
    await using server = await startServer();
    const { pid } = server.process;
    const trace = spawn(
      "strace",
      ["-f", "-q", "-y", "-p", String(pid), "-e", "trace=fsync,fdatasync"],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let traced = "";
    trace.stderr.on("data", (chunk) => (traced += String(chunk)));
    const crowd = await startCrowd(server);
    // Each time that the log was copied into it, the database's file is synced.
    const copies = () => traced.split("/parley.db>").length - 1;
    while (copies() < 12) await once(trace.stderr, "data");
    await crowd.end();
    trace.kill("SIGINT");
    await once(trace, "exit");
    const syncs = traced.split("\n").filter((line) => line.includes("sync("));
    const isMain = new RegExp(`^(\\[pid +${pid}\\]|f)`);
    expect(syncs.filter((line) => isMain.test(line))).toEqual([]);
  },
);

for (const name of ["parley.db", "parley.db-wal"])
  test(`a ${name} that is deleted under the server ends it with 74 before more is acknowledged`, async () => {
    await using server = await startServer();
    const crowd = await startCrowd(server);
    await crowd.acks(50);
    const exited = once(server.process, "exit");
    unlinkSync(path.join(server.dataFolder, name));
    expect(await exited).toEqual([74, null]);
    await crowd.end();
    expect(server.logs()).toContain(
      `${path.join(server.dataFolder, name)} was deleted while the server ran`,
    );
  });

test("a damaged database is named, and what to do", async () => {
  await using server = await startServer();
  await server.stop();
  const file = path.join(server.dataFolder, "parley.db");
  const fd = openSync(file, "r+");
  writeSync(fd, new Uint8Array(4_096).fill(0x5a));
  closeSync(fd);
  const failed = await server.start().then(() => "it started", String);
  expect(failed).toContain(
    `the database ${file} is damaged (file is not a database): restore a backup`,
  );
});

/** Overwrites all pages of a running server's database but those of its schema. */
function overwritePages(server: RunningServer): string {
  const file = path.join(server.dataFolder, "parley.db");
  const fd = openSync(file, "r+");
  const first = 4_096;
  const garbage = new Uint8Array(statSync(file).size - first).fill(0x5a);
  writeSync(fd, garbage, 0, garbage.length, first);
  closeSync(fd);
  return file;
}

test("pages that are overwritten under a running server were answered with 500, and written to", async () => {
  await using server = await startServer();
  const before = await Admin.signIn(server.api);
  const [ann = "", bob = ""] = await before.users("ann", "bob");
  const token = await before.tokenOf(ann);
  // What it reads is not in its memory any more, and not in its log.
  await server.stop();
  await server.start();
  await using client = await Client.connect(server.ws, ann, token);
  const file = overwritePages(server);
  const ask = (route: string, body: object) =>
    post(server.api, route, body, token).then(
      () => "it went well",
      (error: unknown) => (error as Error).message,
    );
  const refused =
    "90002 DatabaseError the database is damaged: nothing is changed until whoever runs the server restores a backup";
  const read = { userIDs: [bob] };
  expect(await ask("/user/get_users_info", read)).toBe(refused);
  const change = { userInfo: { userID: ann, nickname: "Ann" } };
  expect(await ask("/user/update_user_info", change)).toBe(refused);
  const said = await client.say(bob, "hello").catch((error: unknown) => error);
  expect((said as RequestError).code).toBe(databaseError);
  for (let looks = 0; looks < 3; looks++) {
    const readiness = await fetch(`${server.api}/readyz`);
    expect([readiness.status, await readiness.text()]).toEqual([
      503,
      "the database is damaged: nothing is changed until whoever runs the server restores a backup\n",
    ]);
  }
  expect((await fetch(`${server.api}/healthz`)).status).toBe(200);
  const named = server.logs().split(`the database ${file} is damaged`);
  expect(named).toHaveLength(2);
  expect(named[1]).toContain("stop the server, see with  parley verify  what");
  expect(server.logs()).not.toContain("the database cannot be written");
  expect(await server.stop()).toBe(0);
});

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `ann${i}`);

/** An ext4 of blocks of 1 KiB; null: this system or user cannot have one. */
function mountSmallBlocks(megabytes: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-blocks-"));
  const image = path.join(folder, "image");
  const at = path.join(folder, "disk");
  const filler = path.join(at, "filler");
  mkdirSync(at);
  closeSync(openSync(image, "w"));
  truncateSync(image, megabytes * 1_048_576);
  const isThere =
    spawnSync("mkfs.ext4", ["-q", "-b", "1024", image]).status === 0 &&
    spawnSync("mount", ["-o", "loop", image, at]).status === 0;
  if (isThere) spawnSync("chmod", ["777", at]);
  return {
    isThere,
    folder: at,
    freeSome() {
      truncateSync(filler, statSync(filler).size - 1_024);
    },
    fill() {
      const file = openSync(filler, "a");
      try {
        for (const size of [1_048_576, 1_024, 1]) fillBy(file, size);
      } finally {
        closeSync(file);
      }
    },
    [Symbol.dispose]() {
      if (isThere) spawnSync("umount", ["-l", at]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const hasSmallBlocks = ((): boolean => {
  using disk = mountSmallBlocks(16);
  return disk.isThere;
})();

test.skipIf(!hasSmallBlocks)(
  "a full disk of blocks of 1 KiB refuses changes, and does not end the server",
  async () => {
    using disk = mountSmallBlocks(64);
    await using server = await startServer({
      dataFolder: path.join(disk.folder, "data"),
    });
    const admin = await Admin.signIn(server.api);
    const file = path.join(server.dataFolder, "parley.db");
    const frames = () => Math.floor(statSync(`${file}-wal`).size / 4_120);
    // While somebody reads, the log cannot begin again. The 4,063rd frame needs
    // a new part of its index, 32 KiB, of which SQLite writes a byte per 4 KiB.
    using reader = new Database(file, { readonly: true });
    reader.run("begin");
    reader.query("select count(*) from sqlite_schema").get();
    while (frames() < 4_000) await admin.users(...names(20));
    while (frames() < 4_050) await admin.users("ann");
    disk.fill();
    let refused = 0;
    // Just so much is left each time that one more change finds room.
    while (frames() < 4_100) {
      disk.freeSome();
      await admin.users("ann").catch(() => refused++);
      if (server.process.signalCode) break;
    }
    expect(refused).toBeGreaterThan(0);
    expect(server.process.exitCode).toBeNull();
    expect(server.process.signalCode).toBeNull();
  },
);

test.skipIf(!canInject)(
  "while the disk hangs changes are refused early, and reads are answered",
  async () => {
    await using server = await startServer({
      environment: { PARLEY_LOAD_SHEDDING_ENABLE: "true" },
    });
    const crowd = await startCrowd(server);
    await crowd.acks(200);
    const { receiver, tokens } = crowd.pairs[0]!;
    await using reader = await Client.connect(
      server.ws,
      receiver,
      tokens.receiver,
    );
    /** The code of the answer, 0 = it went well. */
    const ask = async (how: () => Promise<unknown>): Promise<number> => {
      try {
        await how();
        return 0;
      } catch (error) {
        if (error instanceof RequestError) return error.code;
        throw error;
      }
    };
    const overREST = (route: Called, body: object) =>
      ask(() => post(server.api, route, body, tokens.receiver));
    const change = () =>
      overREST(SetGlobalMsgRecvOpt, {
        userID: receiver,
        globalRecvMsgOpt: 0,
      });

    const hanging = injectFault(server, "fdatasync", "delay_enter=600000000");
    // Changes taken before the first refusal are answered when the disk is
    // back.
    const changes: Promise<number>[] = [];
    let isRefused = false;
    for (let reads = 0; !isRefused; reads++) {
      expect(await ask(() => reader.newestSeqs())).toBe(0);
      if (reads % 100 > 0) continue;
      const changed = change();
      changes.push(changed);
      void changed.then((code) => (isRefused ||= code === 429));
    }
    expect(await ask(() => reader.say(crowd.pairs[0]!.sender, "hm"))).toBe(500);
    expect(await overREST(GetUsersInfo, { userIDs: [receiver] })).toBe(0);
    expect(server.logs()).toContain("overloaded");

    const acked = crowd.acks(200);
    hanging.kill("SIGINT");
    await once(hanging, "exit");
    await acked;
    expect(new Set(await Promise.all(changes))).toEqual(new Set([0, 429]));
    while ((await change()) !== 0);
    await crowd.end();
    for (const pair of crowd.pairs) await verifyPair(server, pair);
  },
);
