import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";

import { forEachEngine } from "../../testing/storage/engines.ts";
import { emailWay, phoneWay } from "./login-ways.ts";
import { openPeople } from "../../testing/accounts/people.ts";

const al = { type: 1, credential: "+86 13800000000" };
const bo = { type: 2, credential: "bo@example.com" };
const nowhere = { neighborhood: undefined, platform: "" };
const code = (code: number) =>
  expect.objectContaining({ code }) as unknown as Error;

function createMailbox() {
  const sent: { to: string; code: string }[] = [];
  let failure: Error | undefined;
  const send = (to: string, code: string) => {
    if (failure) return Promise.reject(failure);
    sent.push({ to, code });
    return Promise.resolve();
  };
  const channel = { mode: "send", send } as const;
  return {
    sent,
    channels: { phone: channel, mail: channel },
    newest: () => sent.at(-1)?.code ?? "",
    failWith: (error: Error | undefined) => void (failure = error),
  };
}

const wrongFor = (right: string) => (right === "000000" ? "000001" : "000000");

forEachEngine("codes", (open) => {
  test("are right until they are used, and only the newest is", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { codes } = openPeople(storage, { channels });
    await expect(codes.verify([al], "1")).rejects.toEqual(code(20007));
    await codes.send(al, nowhere);
    const first = newest();
    expect(first).toMatch(/^\d{6}$/);
    await codes.verify([al], first);
    let second = first;
    while (second === first) {
      await codes.send(al, nowhere);
      second = newest();
    }
    await expect(codes.use([al], first)).rejects.toEqual(code(20006));
    await expect(codes.use([bo], second)).rejects.toEqual(code(20007));
    await codes.use([al], second);
    // Neither it nor the one before.
    await expect(codes.use([al], second)).rejects.toEqual(code(20007));
    await expect(codes.use([al], first)).rejects.toEqual(code(20007));
  });

  test("are stored as what nobody can read", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { codes } = openPeople(storage, { channels });
    await codes.send(al, nowhere);
    await codes.send(bo, nowhere);
    const rows = await storage.db
      .selectFrom("verify_codes")
      .select("code")
      .execute();
    for (const row of rows) {
      expect(row.code).toMatch(/^[\da-f]{64}$/);
      expect(row.code).not.toContain(newest());
    }
  });

  test("are too old after their time", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { codes, clock } = openPeople(storage, { channels });
    await codes.send(al, nowhere);
    clock.ms += 300_000;
    await codes.verify([al], newest());
    clock.ms += 1;
    await expect(codes.verify([al], newest())).rejects.toEqual(code(20007));
  });

  test("cannot be guessed, one after another or all at once", async () => {
    await using storage = await open();
    const { channels, newest } = createMailbox();
    const { codes } = openPeople(storage, { channels });
    await codes.send(al, nowhere);
    const wrong = wrongFor(newest());
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => codes.verify([al], wrong)),
    );
    const told = all.map((each) =>
      each.status === "rejected" ? (each.reason as { code: number }).code : 0,
    );
    expect(told.filter((each) => each === 20006)).toHaveLength(5);
    expect(told.filter((each) => each === 20008)).toHaveLength(15);
    await expect(codes.use([al], newest())).rejects.toEqual(code(20008));
    await codes.send(al, nowhere);
    await codes.use([al], newest());
  });

  test("go to one target exactly as often as is allowed, also all at once", async () => {
    await using storage = await open();
    const { channels, sent } = createMailbox();
    const { codes, clock } = openPeople(storage, {
      channels,
      limits: { maxCount: 3 },
    });
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => codes.send(al, nowhere)),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(sent).toHaveLength(3);
    await expect(codes.send(al, nowhere)).rejects.toEqual(code(20005));
    await codes.send(bo, nowhere);
    clock.ms += 86_400_000;
    await codes.send(al, nowhere);
  });

  test("are asked for by one address only so often, whoever they are for", async () => {
    await using storage = await open();
    const { channels } = createMailbox();
    const { codes } = openPeople(storage, {
      channels,
      limits: { maxCountPerAddress: 2 },
    });
    const from = { neighborhood: "1.2.3.4", platform: "" };
    await codes.send(al, from);
    await codes.send(bo, from);
    const third = { type: 2, credential: "c@example.com" };
    await expect(codes.send(third, from)).rejects.toEqual(code(20005));
    await codes.send(third, nowhere);
  });

  test("that were not sent count for who asked, not for whom they were for", async () => {
    await using storage = await open();
    const { channels, failWith, newest } = createMailbox();
    const { codes } = openPeople(storage, {
      channels,
      limits: { maxCount: 1, maxCountPerAddress: 2 },
    });
    const from = { neighborhood: "1.2.3.4", platform: "" };
    failWith(errors.internal("away"));
    await expect(codes.send(al, from)).rejects.toEqual(code(500));
    failWith(undefined);
    await codes.send(al, from);
    await codes.verify([al], newest());
    await expect(codes.send(bo, from)).rejects.toEqual(code(20005));
  });

  test("go in a nightly clean-up once nothing counts them", async () => {
    await using storage = await open();
    const { channels } = createMailbox();
    const { codes, tokens, clock } = openPeople(storage, { channels });
    await codes.send(al, nowhere);
    await tokens.issue("al", 1);
    expect(await codes.removeOld(10)).toBe(0);
    expect(await tokens.removeExpired(10)).toBe(0);
    clock.ms += 91 * 86_400_000;
    await codes.send(al, nowhere);
    expect(await codes.removeOld(10)).toBe(1);
    expect(await tokens.removeExpired(10)).toBe(1);
    expect(
      await storage.db.selectFrom("verify_codes").selectAll().execute(),
    ).toHaveLength(1);
  });

  test("are none where nothing is set, and a refusal says what to set", async () => {
    await using storage = await open();
    const off = { mode: "off", setting: "a.setting" } as const;
    const { codes } = openPeople(storage, {
      channels: { phone: off, mail: off },
    });
    const refusal = expect.objectContaining({
      code: 500,
      detail: expect.stringContaining("a.setting") as string,
    }) as unknown as Error;
    await expect(codes.send(al, nowhere)).rejects.toEqual(refusal);
    await expect(codes.verify([al], "666666")).rejects.toEqual(refusal);
  });

  test("the super code is right in its own mode alone", async () => {
    await using storage = await open();
    const { channels } = createMailbox();
    const { codes } = openPeople(storage, {
      channels: { phone: { mode: "super" }, mail: channels.mail },
    });
    await codes.verify([al], "666666");
    await expect(codes.verify([al], "666667")).rejects.toEqual(code(20006));
    await expect(codes.verify([bo], "666666")).rejects.toEqual(code(20007));
  });

  test("limits counted each spelling of one mailbox, or of one phone", async () => {
    await using storage = await open();
    const { channels } = createMailbox();
    const { codes } = openPeople(storage, {
      channels,
      limits: { maxCount: 2 },
    });
    for (const [one, other, third] of [
      [emailWay("x@x.com"), emailWay("X@x.com"), emailWay(" x@X.COM")],
      [
        phoneWay("+86", "138"),
        phoneWay("+086", "138"),
        phoneWay("+86", "0138"),
      ],
    ] as const) {
      await codes.send(one, nowhere);
      await codes.send(other, nowhere);
      await expect(codes.send(third, nowhere)).rejects.toEqual(code(20005));
    }
  });
});
