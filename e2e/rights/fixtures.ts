import { createHash, randomUUID } from "node:crypto";

import { singleChatID } from "@parley/protocol/conversation-ids";
import { GetAdminToken } from "@parley/protocol/methods/auth";
import {
  AddNotificationAccount,
  ProcessUserCommandAdd,
} from "@parley/protocol/methods/users";
import {
  AddBlack,
  AddFriend,
  ImportFriend,
  SetFriendRemark,
} from "@parley/protocol/methods/friends";
import { SendMsg } from "@parley/protocol/methods/messages";
import { CreateGroup, JoinGroup } from "@parley/protocol/methods/groups";
import {
  CompleteMultipartUpload,
  InitiateFormData,
  InitiateMultipartUpload,
} from "@parley/protocol/methods/objects";
import { SearchLogs, UploadLogs } from "@parley/protocol/methods/client-logs";

import { Admin, post } from "../client.ts";
import type { Role } from "./roles.ts";

/** Part of all private texts, so that a test finds it in an answer that leaks one. */
export const marker = "between-us-only";

const content = { content: marker };

/** The marker as it stands, and as a pulled message has it. */
export const markers = [
  marker,
  Buffer.from(JSON.stringify(content)).toString("base64"),
];

export interface Conversation {
  conversationID: string;
  peerID: string;
  seqs: number[];
}

/**
 * Everybody there is, and what is made anew for one call. All but uploads and
 * client logs is made in the administrator's name.
 */
export class Fixtures {
  readonly api: string;
  readonly admin: Admin;
  readonly userIDs: Record<Role, string>;
  readonly tokens: Record<Role, string>;

  private constructor(
    api: string,
    admin: Admin,
    userIDs: Record<Role, string>,
    tokens: Record<Role, string>,
  ) {
    this.api = api;
    this.admin = admin;
    this.userIDs = userIDs;
    this.tokens = tokens;
  }

  static async create(api: string): Promise<Fixtures> {
    const admin = await Admin.signIn(api);
    const names = ["stranger", "self", "member", "manager", "owner"] as const;
    const made = await admin.users(...names);
    const userIDs = { nobody: "", imAdmin: "imAdmin" } as Record<Role, string>;
    const tokens = { nobody: "" } as Record<Role, string>;
    for (const [i, name] of names.entries()) {
      userIDs[name] = made[i] ?? "";
      tokens[name] = await admin.tokenOf(userIDs[name]);
    }
    const secret = { secret: "openIM123", userID: "imAdmin" };
    const route = GetAdminToken.path;
    tokens.imAdmin = (await post<{ token: string }>(api, route, secret)).token;
    return new Fixtures(api, admin, userIDs, tokens);
  }

  get self(): string {
    return this.userIDs.self;
  }

  /** A user nobody has met. */
  async person(): Promise<string> {
    const [userID = ""] = await this.admin.users("person");
    return userID;
  }

  async notificationAccount(): Promise<string> {
    const userID = newID();
    await this.admin.post(AddNotificationAccount, {
      userID,
      nickName: "news",
      faceURL: "",
      appMangerLevel: 3,
    });
    return userID;
  }

  /** One of self's commands; answers its uuid, all have type 1. */
  async command(): Promise<string> {
    const uuid = newID();
    const command = { userID: this.self, type: 1, uuid, value: marker };
    await this.admin.post(ProcessUserCommandAdd, command);
    return uuid;
  }

  /** A friend of self. */
  async friend(): Promise<string> {
    const friendUserID = await this.person();
    const ownerUserID = this.self;
    await this.admin.post(ImportFriend, {
      ownerUserID,
      friendUserIDs: [friendUserID],
    });
    await this.admin.post(SetFriendRemark, {
      ownerUserID,
      friendUserID,
      remark: marker,
    });
    return friendUserID;
  }

  /** Asks one user, on behalf of another, to become friends. */
  async friendRequest(fromUserID: string, toUserID: string): Promise<void> {
    const request = { fromUserID, toUserID, reqMsg: marker };
    await this.admin.post(AddFriend, request);
  }

  /** One whom self does not want to hear of. */
  async black(): Promise<string> {
    const blackUserID = await this.person();
    const black = { ownerUserID: this.self, blackUserID, ex: marker };
    await this.admin.post(AddBlack, black);
    return blackUserID;
  }

  /** A chat of self with somebody new, with a message of self's. */
  async conversation(): Promise<Conversation> {
    const peerID = await this.person();
    await this.message({ sendID: this.self, recvID: peerID, sessionType: 1 });
    const conversationID = singleChatID(this.self, peerID);
    return { conversationID, peerID, seqs: [1] };
  }

  async message(to: object): Promise<void> {
    await this.admin.post(SendMsg, {
      senderPlatformID: 5,
      contentType: 101,
      content,
      ...to,
    });
  }

  /** Makes a group with owner, manager, member and others named. */
  async group({
    members = [],
    managers = [],
  }: { members?: string[]; managers?: string[] } = {}): Promise<string> {
    const groupID = newID();
    const { owner, manager, member } = this.userIDs;
    await this.admin.post(CreateGroup, {
      ownerUserID: owner,
      adminUserIDs: [manager, ...managers],
      memberUserIDs: [member, ...members],
      groupInfo: { groupID, groupName: "tea", groupType: 2 },
    });
    return groupID;
  }

  /** A group, and somebody who asked to be let in. */
  async application(
    fromUserID?: string,
  ): Promise<{ groupID: string; applicantID: string }> {
    const groupID = await this.group();
    const applicantID = fromUserID ?? (await this.person());
    await this.admin.post(JoinGroup, {
      groupID,
      reqMessage: marker,
      joinSource: 3,
      inviterUserID: applicantID,
    });
    return { groupID, applicantID };
  }

  /** One file of self's, all of it arrived but not completed. */
  async arrivedUpload(): Promise<Upload> {
    const bytes = newID();
    const part = createHash("md5").update(bytes).digest("hex");
    const upload = await this.#beginUpload({
      hash: createHash("md5").update(part).digest("hex"),
      size: bytes.length,
      maxParts: 1,
    });
    await fetch(upload.partURL, { method: "PUT", body: bytes });
    return { ...upload, parts: [part] };
  }

  /** One file of self's of which two parts are to come. */
  async openUpload(): Promise<Upload> {
    const hash = createHash("md5").update(newID()).digest("hex");
    return this.#beginUpload({ hash, size: 6_000_000, maxParts: 2 });
  }

  async #beginUpload(file: object): Promise<Upload> {
    const name = `${this.self}/${newID()}`;
    const { upload } = await post<{
      upload: { uploadID: string; sign: { parts: { url: string }[] } };
    }>(
      this.api,
      InitiateMultipartUpload,
      { ...file, name, contentType: "text/plain" },
      this.tokens.self,
    );
    const partURL = upload.sign.parts[0]?.url ?? "";
    return { uploadID: upload.uploadID, name, partURL, parts: [] };
  }

  /** A form of self's, all of it arrived; answers its id. */
  async arrivedForm(): Promise<string> {
    const bytes = newID();
    const { id, url, formData, file } = await post<{
      id: string;
      url: string;
      formData?: Record<string, string>;
      file: string;
    }>(
      this.api,
      InitiateFormData,
      { name: `${this.self}/${newID()}`, size: bytes.length },
      this.tokens.self,
    );
    const form = new FormData();
    for (const [name, value] of Object.entries(formData ?? {}))
      form.append(name, value);
    form.append(file, new Blob([bytes]), "file");
    await fetch(url, { method: "POST", body: form });
    return id;
  }

  /** The name of an object of self's that anybody may load. */
  async object(): Promise<string> {
    const { uploadID, name, parts } = await this.arrivedUpload();
    const route = CompleteMultipartUpload.path;
    const body = { uploadID, name, parts };
    await post(this.api, route, body, this.tokens.self);
    return name;
  }

  /** A log that self's client sent in; answers its id. */
  async clientLog(): Promise<string> {
    const file = { filename: `${newID()}.log`, URL: marker };
    await post(
      this.api,
      UploadLogs,
      { platform: 5, fileURLs: [file] },
      this.tokens.self,
    );
    const { logsInfos } = await this.admin.post<{
      logsInfos: { logID: string; filename: string }[];
    }>(SearchLogs, {
      pagination: { pageNumber: 1, showNumber: 100 },
      startTime: 0,
      endTime: Date.now() + 60_000,
    });
    const found = logsInfos.find(({ filename }) => filename === file.filename);
    return found?.logID ?? "";
  }
}

export interface Upload {
  uploadID: string;
  name: string;
  partURL: string;
  /** Ids of the parts that arrived. */
  parts: string[];
}

export const newID = (): string =>
  randomUUID().replaceAll("-", "").slice(0, 20);
