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
      "Search the audit log of administrators",
      "The newest first. Every change is recorded before it is made, including refused ones, and so are sign-ins.",
    ],
    codes: [1002],
  },
);
