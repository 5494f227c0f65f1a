import { errors } from "@parley/protocol/errors";
import {
  ForbiddenIPAdd,
  ForbiddenIPDel,
  ForbiddenIPSearch,
  ForbiddenUserAdd,
  ForbiddenUserDel,
  ForbiddenUserSearch,
  InvitationCodeAdd,
  InvitationCodeDel,
  InvitationCodeGen,
  InvitationCodeSearch,
} from "@parley/protocol/methods/chat/admission";

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
  route(InvitationCodeAdd, {
    handle: (_call, { codes }) => invitations.add(codes),
  }),
  route(InvitationCodeGen, {
    handle: (_call, { len, num, chars }) =>
      invitations.generate({ length: len, count: num, alphabet: chars }),
  }),
  route(InvitationCodeDel, {
    handle: (_call, { codes }) => invitations.delete(codes),
  }),
  route(InvitationCodeSearch, {
    handle: (_call, { status, userIDs, codes, keyword, pagination }) =>
      invitations.search(
        { isUsed: readUse(status), userIDs, codes, keyword },
        requireFilledPage(pagination),
      ),
  }),

  route(ForbiddenIPAdd, {
    handle: (_call, { forbiddens }) => addressRules.forbid(forbiddens),
  }),
  route(ForbiddenIPDel, {
    handle: (_call, { ips }) => addressRules.allow(ips),
  }),
  route(ForbiddenIPSearch, {
    handle: (_call, { keyword, status, pagination }) =>
      addressRules.search({ keyword, status }, requireFilledPage(pagination)),
  }),
  route(ForbiddenUserAdd, {
    handle: (_call, { limits }) => addressRules.addUserIPs(limits),
  }),
  route(ForbiddenUserDel, {
    handle: (_call, { limits }) => addressRules.deleteUserIPs(limits),
  }),
  route(ForbiddenUserSearch, {
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
