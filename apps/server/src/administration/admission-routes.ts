import {
  ForbiddenIpAddReq,
  ForbiddenIpDelReq,
  ForbiddenIpSearchReq,
  ForbiddenIpSearchResp,
  ForbiddenUserAddReq,
  ForbiddenUserDelReq,
  ForbiddenUserSearchReq,
  ForbiddenUserSearchResp,
  InvitationCodeAddReq,
  InvitationCodeDelReq,
  InvitationCodeGenReq,
  InvitationCodeSearchReq,
  InvitationCodeSearchResp,
} from "@parley/protocol/chat/admission";
import { errors } from "@parley/protocol/errors";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { AddressRules } from "./address-rules.ts";
import type { Invitations } from "./invitations.ts";

export interface AdmissionRoutesDeps {
  invitations: Invitations;
  addressRules: AddressRules;
}

export const admissionRoutes = ({
  invitations,
  addressRules,
}: AdmissionRoutesDeps): Route[] => [
  route("/invitation_code/add", InvitationCodeAddReq, {
    handle: (_call, { codes }) => invitations.add(codes),
  }),
  route("/invitation_code/gen", InvitationCodeGenReq, {
    handle: (_call, { len, num, chars }) =>
      invitations.generate({ length: len, count: num, alphabet: chars }),
  }),
  route("/invitation_code/del", InvitationCodeDelReq, {
    handle: (_call, { codes }) => invitations.delete(codes),
  }),
  route("/invitation_code/search", InvitationCodeSearchReq, {
    response: InvitationCodeSearchResp,
    handle: (_call, { status, userIDs, codes, keyword, pagination }) =>
      invitations.search(
        { isUsed: readUse(status), userIDs, codes, keyword },
        requireFilledPage(pagination),
      ),
  }),

  route("/forbidden/ip/add", ForbiddenIpAddReq, {
    handle: (_call, { forbiddens }) => addressRules.forbid(forbiddens),
  }),
  route("/forbidden/ip/del", ForbiddenIpDelReq, {
    handle: (_call, { ips }) => addressRules.allow(ips),
  }),
  route("/forbidden/ip/search", ForbiddenIpSearchReq, {
    response: ForbiddenIpSearchResp,
    handle: (_call, { keyword, status, pagination }) =>
      addressRules.search({ keyword, status }, requireFilledPage(pagination)),
  }),
  route("/forbidden/user/add", ForbiddenUserAddReq, {
    handle: (_call, { limits }) => addressRules.addUserIPs(limits),
  }),
  route("/forbidden/user/del", ForbiddenUserDelReq, {
    handle: (_call, { limits }) => addressRules.deleteUserIPs(limits),
  }),
  route("/forbidden/user/search", ForbiddenUserSearchReq, {
    response: ForbiddenUserSearchResp,
    handle: (_call, { keyword, pagination }) =>
      addressRules.searchUserIPs(keyword, requireFilledPage(pagination)),
  }),
];

function readUse(status: number): boolean | undefined {
  if (status === 0) return undefined;
  if (status !== 1 && status !== 2)
    throw errors.args("status must be 0 (all), 1 (used) or 2 (unused)");
  return status === 1;
}
