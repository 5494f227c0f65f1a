import { randomInt } from "node:crypto";

import type { Kysely } from "kysely";

import type { Passwords } from "../accounts/passwords.ts";
import type { Beside } from "../storage/beside.ts";
import type { Schema } from "../storage/schema.ts";
import { AdministratorLevel, freeUserID } from "./administrators.ts";
import { recordCommand } from "./audit.ts";
import { isKnownPassword, toSent } from "./known-password.ts";
import {
  findAdministrator,
  insertAdministrator,
  listAdministrators,
  updateAdministrator,
} from "./store.ts";

export interface AdministratorCommandDeps extends Pick<
  Beside,
  "db" | "change"
> {
  passwords: Pick<Passwords, "hash">;
  isUser(db: Kysely<Schema>, userID: string): Promise<boolean>;
  /** The first administrator is this one, for the IM server as well. */
  adminUserID: string;
  /** undefined: one is made, and printed. */
  password: string | undefined;
  print(line: string): void;
  now: () => number;
}

/** Throws with what to do where the command cannot be meant. */
export async function runAdministratorCommand(
  action: string,
  account: string | undefined,
  deps: AdministratorCommandDeps,
): Promise<void> {
  if (action === "list") return list(deps);
  if (!account || account.length > 256)
    throw new Error("ACCOUNT must have 1 to 256 characters");
  const password = deps.password ?? makePassword();
  if (password === "" || password.length > 256)
    throw new Error("the password must have 1 to 256 characters");
  const sent = toSent(password);
  if (isKnownPassword(account, sent))
    throw new Error(
      "the password must not be the name of the account, which everybody knows",
    );
  const secret = {
    password: await deps.passwords.hash(sent),
    has_known_password: 0,
  };
  if (action === "add") await add(account, secret, deps);
  else await setPassword(account, secret, deps);
  if (deps.password === undefined) deps.print(`password: ${password}`);
}

interface Secret {
  password: string;
  has_known_password: number;
}

async function list({ db, print }: AdministratorCommandDeps): Promise<void> {
  for (const { account, level, user_id } of await listAdministrators(db))
    print(`${account} (level ${level}, userID ${user_id})`);
}

async function add(
  account: string,
  secret: Secret,
  { change, isUser, adminUserID, print, now }: AdministratorCommandDeps,
): Promise<void> {
  const userID = await change(async (db) => {
    const others = await listAdministrators(db);
    if (others.some((each) => each.account === account))
      throw new Error(
        `there is already an administrator '${account}'; parley administrators password ${account} resets the password`,
      );
    const isTaken = others.some(({ user_id }) => user_id === adminUserID);
    const user_id = isTaken
      ? await freeUserID(db, (each) => isUser(db, each))
      : adminUserID;
    await insertAdministrator(
      { db },
      {
        account,
        ...secret,
        face_url: "",
        nickname: account,
        user_id,
        level: AdministratorLevel.super,
        create_time: now(),
      },
    );
    await record(db, "add", account, user_id, now);
    return user_id;
  });
  print(`created administrator ${account} (userID ${userID})`);
}

async function setPassword(
  account: string,
  secret: Secret,
  { change, print, now }: AdministratorCommandDeps,
): Promise<void> {
  await change(async (db) => {
    const found = await findAdministrator(db, "account", account);
    if (!found)
      throw new Error(
        `there is no administrator '${account}'; parley administrators list shows all`,
      );
    await updateAdministrator({ db }, found.id, secret);
    await db
      .deleteFrom("account_tokens")
      .where("user_id", "=", found.user_id)
      .execute();
    await record(db, "password", account, found.user_id, now);
  });
  print(
    `the password of ${account} was reset, and all sessions of the account were ended`,
  );
}

/** Records the command in the audit log, like actions of the console. */
const record = (
  db: Kysely<Schema>,
  action: "add" | "password",
  account: string,
  userID: string,
  now: () => number,
): Promise<void> =>
  recordCommand(
    { db },
    {
      action: `parley administrators ${action}`,
      targets: [...new Set([account, userID])],
      details: JSON.stringify({ account }),
      time: now(),
    },
  );

/** 100 bits, less a little, in signs that nobody takes for one another. */
function makePassword(): string {
  const signs = "abcdefghjkmnpqrstuvwxyz23456789";
  return Array.from(
    { length: 20 },
    () => signs[randomInt(signs.length)] ?? "",
  ).join("");
}
