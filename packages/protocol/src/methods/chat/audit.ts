import { AuditSearchReq, AuditSearchResp } from "../../chat/audit.ts";
import { method, superAdministrator } from "../../method.ts";

export const AuditSearch = method(
  "/audit/search",
  AuditSearchReq,
  AuditSearchResp,
  {
    access: superAdministrator,
    kind: "read",
    words: [
      "See what administrators did",
      "The newest first. Everything that changes something is recorded before it is done, refused or not, and so are sign-ins.",
    ],
    codes: [1002],
  },
);
