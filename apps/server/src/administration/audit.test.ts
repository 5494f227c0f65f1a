import { expect, test } from "bun:test";

import { errors } from "@parley/protocol/errors";
import type { Method } from "@parley/protocol/method";
import {
  AccountDelAdmin,
  AdminAccountLogin,
} from "@parley/protocol/methods/chat/administrators";
import {
  BlockAdd,
  BlockSearch,
  UserDelete,
} from "@parley/protocol/methods/chat/managed-users";
import { sql } from "kysely";

import type { Call, Route } from "../http/route.ts";
import { forEachEngine } from "../../testing/storage/engines.ts";
import type { TestStorage } from "../../testing/storage/engines.ts";
import { describeBody } from "./audit-details.ts";
import { createAudit } from "./audit.ts";

const start = 1_700_000_000_000;
const everything = {
  operatorUserID: "",
  action: "",
  target: "",
  startTime: 0,
  endTime: 0,
};
const page = { offset: 0, limit: 10 };

const callBy = (userID: string): Call => ({
  cause: {
    actor: { userID, platformID: 0, isAdmin: userID !== "" },
    operationID: "op",
  },
  address: "192.0.2.7",
  headers: new Headers(),
  query: new URLSearchParams(),
});

const routeOf = (method: Method, answer: Route["answer"]): Route => ({
  method,
  answer,
});

function auditOver({ db, transact }: TestStorage) {
  let time = start;
  const audit = createAudit({ db, transact, now: () => time++ });
  const call = (
    userID: string,
    method: Method,
    body: object,
    answer: Route["answer"] = () => Promise.resolve(undefined),
  ) =>
    audit
      .record([routeOf(method, answer)])[0]
      ?.answer(callBy(userID), JSON.stringify(body));
  return { audit, call };
}

forEachEngine("the audit", (open) => {
  test("tells who did what to whom, from where, and what became of it", async () => {
    await using storage = await open();
    const { audit, call } = auditOver(storage);
    await call("ann", BlockAdd, { userID: "u1", reason: "spam" });
    await call("bob", AccountDelAdmin, { userIDs: ["a1", "a2"] }, () =>
      Promise.reject(errors.noPermission("no")),
    )?.catch(() => undefined);
    const { total, entries } = await audit.search(everything, page);
    expect(total).toBe(2);
    expect(entries).toMatchObject([
      {
        operatorUserID: "bob",
        action: AccountDelAdmin.path,
        targets: ["a1", "a2"],
        outcome: "refused",
        errCode: 1002,
      },
      {
        operatorUserID: "ann",
        action: BlockAdd.path,
        targets: ["u1"],
        details: '{"reason":"spam"}',
        address: "192.0.2.7",
        operationID: "op",
        outcome: "done",
        time: start,
        endTime: start + 1,
      },
    ]);

    const found = async (wanted: Partial<typeof everything>) =>
      (await audit.search({ ...everything, ...wanted }, page)).entries.map(
        ({ operatorUserID }) => operatorUserID,
      );
    expect(await found({ operatorUserID: "ann" })).toEqual(["ann"]);
    expect(await found({ action: BlockAdd.path })).toEqual(["ann"]);
    expect(await found({ target: "a2" })).toEqual(["bob"]);
    expect(await found({ target: "a" })).toEqual([]);
    expect(await found({ startTime: start + 2 })).toEqual(["bob"]);
    expect(await found({ endTime: start + 2 })).toEqual(["ann"]);
  });

  test("knows of what is being done before it is done, also when nobody hears how it ended", async () => {
    await using storage = await open();
    const { audit, call } = auditOver(storage);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const answer = call("ann", UserDelete, { userID: "u1" }, () => {
      begin();
      return promise;
    });
    await begun;
    const during = await audit.search(everything, page);
    expect(during.entries).toMatchObject([
      { outcome: "unknown", targets: ["u1"], endTime: 0 },
    ]);
    resolve(undefined);
    await answer;
    const after = await audit.search(everything, page);
    expect(after.entries).toMatchObject([{ outcome: "done" }]);
  });

  test("does not let an action pass that cannot be recorded", async () => {
    await using storage = await open();
    const { db } = storage;
    let isDone = false;
    const audit = createAudit({
      db,
      transact: () => Promise.reject(errors.data("the disk is full")),
      now: () => start,
    });
    const [route] = audit.record([
      routeOf(BlockAdd, () => {
        isDone = true;
        return Promise.resolve(undefined);
      }),
    ]);
    const refusal = await route
      ?.answer(callBy("ann"), "{}")
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 90007 });
    expect(isDone).toBe(false);
  });

  test("holds sign-ins that failed, but none beyond the limit of wrong passwords", async () => {
    await using storage = await open();
    const { db, transact } = storage;
    const audit = createAudit({ db, transact, now: () => start });
    const signIn = async (refusal: Error) => {
      const [route] = audit.record([
        routeOf(AdminAccountLogin, () => Promise.reject(refusal)),
      ]);
      await route
        ?.answer(callBy(""), JSON.stringify({ account: "root", password: "x" }))
        .catch(() => undefined);
    };
    await signIn(errors.wrongPassword());
    await signIn(errors.forbidden("too many wrong passwords"));
    const { entries } = await audit.search(everything, page);
    expect(entries).toMatchObject([
      { operatorAccount: "root", errCode: 20001, outcome: "refused" },
    ]);
  });

  test("does not hold what only looks", async () => {
    await using storage = await open();
    const { audit, call } = auditOver(storage);
    await call("ann", BlockSearch, { keyword: "x" });
    expect((await audit.search(everything, page)).total).toBe(0);
  });

  test("of a sign-in names the account that was tried", async () => {
    await using storage = await open();
    const { audit, call } = auditOver(storage);
    await call(
      "",
      AdminAccountLogin,
      { account: "chatAdmin", password: "guess" },
      () => Promise.reject(errors.wrongPassword()),
    )?.catch(() => undefined);
    const { entries } = await audit.search(everything, page);
    expect(entries).toMatchObject([
      {
        operatorUserID: "",
        operatorAccount: "chatAdmin",
        targets: ["chatAdmin"],
        errCode: 20001,
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain("guess");
  });

  test.each(["audit_log", "audit_outcomes", "audit_targets"] as const)(
    "is only ever added to: %s",
    async (table) => {
      await using storage = await open();
      const { audit, call } = auditOver(storage);
      await call("ann", BlockAdd, { userID: "u1" });
      const column = table === "audit_targets" ? "audit_id" : "time";
      for (const change of [
        sql`delete from ${sql.table(table)}`,
        sql`update ${sql.table(table)} set ${sql.ref(column)} = 1`,
      ])
        expect(
          await storage
            .transact((tx) => change.execute(tx.db))
            .then(
              () => "changed",
              (error: Error) => error.message,
            ),
        ).toContain(`${table} is only ever added to`);
      expect((await audit.search(everything, page)).total).toBe(1);
    },
  );
});

test("of a body neither secrets nor what nobody thought of are recorded", () => {
  const secret = "between-us";
  const { targets, details } = describeBody(
    JSON.stringify({
      userID: "u1",
      level: 80,
      password: secret,
      newPassword: secret,
      data: secret,
      somethingNew: secret,
      config: { smtp: secret },
      users: [{ userID: "u2", password: secret, email: secret }],
    }),
  );
  expect(targets).toEqual(["u1", "u2"]);
  expect(JSON.parse(details)).toEqual({ level: 80, config: ["smtp"] });
  expect(describeBody("no JSON")).toEqual({
    targets: [],
    account: "",
    details: "{}",
  });
});

test("nobody hides whom they mean behind keys in another case", () => {
  for (const body of [
    '{"USERIDS":["al"],"Level":80}',
    '{"user\u0130Ds":["x"],"u\u017ferids":["al"],"lEVEL":80}',
  ]) {
    const { targets, details } = describeBody(body);
    expect(targets).toEqual(["al"]);
    expect(JSON.parse(details)).toEqual({ level: 80 });
  }
  expect(describeBody('{"ACCOUNT":"chatAdmin"}').account).toBe("chatAdmin");
  expect(describeBody('{"appletIds":["map"]}').targets).toEqual(["map"]);
});
