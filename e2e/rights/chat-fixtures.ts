import { createHash } from "node:crypto";
import {
  AccountAddAdmin,
  AdminAccountLogin,
} from "@parley/protocol/methods/chat/administrators";
import {
  BlockAdd,
  DefaultGroupAdd,
  DefaultUserAdd,
} from "@parley/protocol/methods/chat/managed-users";
import { AccountRegister } from "@parley/protocol/methods/chat/accounts";
import { CreateGroup } from "@parley/protocol/methods/groups";
import { InvitationCodeAdd } from "@parley/protocol/methods/chat/admission";
import {
  AppletAdd,
  ApplicationAddVersion,
  ApplicationLatestVersion,
} from "@parley/protocol/methods/chat/applications";

import type { RunningServer } from "../server.ts";
import { Admin } from "../client.ts";
import { newID } from "./fixtures.ts";
import type { ChatPort, ChatRole } from "./chat-roles.ts";
import { pathOf } from "../client.ts";
import type { Called } from "../client.ts";

/** Returns a password as clients send it. */
export const md5 = (text: string): string =>
  createHash("md5").update(text).digest("hex");

export const password = md5("secret1");

/** A person with tokens and ids. */
export interface Person {
  userID: string;
  email: string;
  chatToken: string;
  imToken: string;
}

/** Everybody who calls, and what is made anew for one call. */
export class ChatFixtures {
  readonly server: Pick<RunningServer, "api" | "chat" | "chatAdmin">;
  readonly tokens: Record<ChatRole, string>;
  /** The user that bodies name. */
  self: Person;
  readonly #im: Admin;

  private constructor(
    server: Pick<RunningServer, "api" | "chat" | "chatAdmin">,
    im: Admin,
    superToken: string,
  ) {
    this.server = server;
    this.#im = im;
    this.tokens = {
      nobody: "",
      stranger: "",
      self: "",
      blocked: "",
      administrator: "",
      superAdministrator: superToken,
      imUser: "",
    };
    this.self = { userID: "", email: "", chatToken: "", imToken: "" };
  }

  static async create(
    server: Pick<RunningServer, "api" | "chat" | "chatAdmin">,
  ): Promise<ChatFixtures> {
    const im = await Admin.signIn(server.api);
    const { adminToken } = await ask<{ adminToken: string }>(
      `${server.chatAdmin}${AdminAccountLogin.path}`,
      signInAs("chatAdmin", md5("chatAdmin")),
      "",
    );
    const fixtures = new ChatFixtures(server, im, adminToken);
    await fixtures.renewSelf();
    const stranger = await fixtures.person();
    const blocked = await fixtures.person();
    const { tokens } = fixtures;
    tokens.stranger = stranger.chatToken;
    tokens.imUser = stranger.imToken;
    tokens.blocked = blocked.chatToken;
    await fixtures.asSuper(BlockAdd, { userID: blocked.userID });
    const { account } = await fixtures.administrator();
    tokens.administrator = (await fixtures.signIn(account)).adminToken;
    return fixtures;
  }

  /** Signs in as a new user after the sessions were ended. */
  async renewSelf(): Promise<void> {
    this.self = await this.person();
    this.tokens.self = this.self.chatToken;
  }

  /** Somebody with an account, who is signed in. */
  async person(): Promise<Person> {
    const user = this.newcomer();
    const made = await this.post<Omit<Person, "email">>(
      "accounts",
      AccountRegister,
      { platform: 5, autoLogin: true, user },
    );
    return { ...made, email: user.email };
  }

  /** Returns a person who is to register. */
  newcomer(): { nickname: string; email: string; password: string } {
    return { nickname: "newcomer", email: `${newID()}@example.com`, password };
  }

  /** An administrator of level 80. */
  async administrator(): Promise<{ account: string; userID: string }> {
    const account = newID();
    await this.asSuper(AccountAddAdmin, { account, password });
    const { adminUserID: userID } = await this.signIn(account);
    return { account, userID };
  }

  signIn(
    account: string,
  ): Promise<{ adminToken: string; adminUserID: string }> {
    return this.asSuper(AdminAccountLogin, signInAs(account, password));
  }

  async defaultFriend(): Promise<string> {
    const { userID } = await this.person();
    await this.asSuper(DefaultUserAdd, { userIDs: [userID] });
    return userID;
  }

  /** A group of the IM server. */
  async group(): Promise<string> {
    const groupID = newID();
    await this.#im.post(CreateGroup, {
      ownerUserID: this.self.userID,
      groupInfo: { groupID, groupName: "tea", groupType: 2 },
    });
    return groupID;
  }

  async defaultGroup(): Promise<string> {
    const groupID = await this.group();
    await this.asSuper(DefaultGroupAdd, { groupIDs: [groupID] });
    return groupID;
  }

  async invitation(): Promise<string> {
    const code = newID();
    await this.asSuper(InvitationCodeAdd, { codes: [code] });
    return code;
  }

  async applet(): Promise<string> {
    const id = newID();
    await this.asSuper(AppletAdd, { ...this.newApplet(), id });
    return id;
  }

  newApplet(): object {
    return {
      name: "map",
      appID: "map",
      icon: "i",
      url: "u",
      md5: md5("map"),
      size: 1,
      version: "1",
      status: 1,
    };
  }

  async applicationVersion(): Promise<string> {
    const platform = newID();
    await this.asSuper(ApplicationAddVersion, { platform });
    const { version } = await this.asSuper<{ version: { id: string } }>(
      ApplicationLatestVersion,
      { platform },
    );
    return version.id;
  }

  async block(): Promise<string> {
    const { userID } = await this.person();
    await this.asSuper(BlockAdd, { userID });
    return userID;
  }

  asSuper<Data>(path: Called, body: object): Promise<Data> {
    return this.post("administration", path, body);
  }

  /** Calls a route as the administrator of level 100. */
  post<Data>(port: ChatPort, path: Called, body: object): Promise<Data> {
    return ask(
      this.addressOf(port) + pathOf(path),
      body,
      this.tokens.superAdministrator,
    );
  }

  addressOf(port: ChatPort): string {
    return port === "accounts" ? this.server.chat : this.server.chatAdmin;
  }
}

const signInAs = (account: string, sent: string) => ({
  account,
  password: sent,
  version: "1",
});

/** Throws for anything but success. */
async function ask<Data>(
  address: string,
  body: object,
  token: string,
): Promise<Data> {
  const response = await fetch(address, {
    method: "POST",
    headers: { operationID: newID(), ...(token && { token }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.startsWith('{"errCode":0,'))
    throw new Error(`${address} answered ${response.status} ${text}`);
  return (JSON.parse(text) as { data: Data }).data;
}
