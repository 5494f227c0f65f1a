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
} from "../../chat/admission.ts";
import { administrator, method, nothing } from "../../method.ts";

const all = "All of them or none.";

export const InvitationCodeAdd = method(
  "/invitation_code/add",
  InvitationCodeAddReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Add invitation codes", all],
  },
);

export const InvitationCodeGen = method(
  "/invitation_code/gen",
  InvitationCodeGenReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Generate invitation codes", "/invitation_code/search lists them."],
  },
);

export const InvitationCodeDel = method(
  "/invitation_code/del",
  InvitationCodeDelReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Delete invitation codes", all],
  },
);

export const InvitationCodeSearch = method(
  "/invitation_code/search",
  InvitationCodeSearchReq,
  InvitationCodeSearchResp,
  { access: administrator, kind: "read", words: ["Search invitation codes"] },
);

export const ForbiddenIPAdd = method(
  "/forbidden/ip/add",
  ForbiddenIpAddReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Forbid registration or sign-in from addresses", all],
    codes: [1003],
  },
);

export const ForbiddenIPDel = method(
  "/forbidden/ip/del",
  ForbiddenIpDelReq,
  nothing,
  { access: administrator, kind: "change", words: ["Allow addresses again"] },
);

export const ForbiddenIPSearch = method(
  "/forbidden/ip/search",
  ForbiddenIpSearchReq,
  ForbiddenIpSearchResp,
  {
    access: administrator,
    kind: "read",
    words: ["Search rules for addresses"],
  },
);

export const ForbiddenUserAdd = method(
  "/forbidden/user/add",
  ForbiddenUserAddReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: [
      "Restrict users to network addresses",
      "A user with such addresses can sign in only from them.",
    ],
    codes: [1003],
  },
);

export const ForbiddenUserDel = method(
  "/forbidden/user/del",
  ForbiddenUserDelReq,
  nothing,
  {
    access: administrator,
    kind: "change",
    words: ["Remove addresses of users"],
  },
);

export const ForbiddenUserSearch = method(
  "/forbidden/user/search",
  ForbiddenUserSearchReq,
  ForbiddenUserSearchResp,
  { access: administrator, kind: "read", words: ["Search addresses of users"] },
);
