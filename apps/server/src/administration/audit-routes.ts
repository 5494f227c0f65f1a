import { AuditSearch } from "@parley/protocol/methods/chat/audit";

import { route } from "../http/route.ts";
import type { Route } from "../http/route.ts";
import { requireFilledPage } from "../storage/page.ts";
import type { Audit } from "./audit.ts";

export const auditRoutes = (
  audit: Audit,
  requireSuper: (userID: string) => Promise<void>,
): Route[] => [
  route(AuditSearch, {
    async handle({ cause: { actor } }, { pagination, ...wanted }) {
      await requireSuper(actor.userID);
      return audit.search(wanted, requireFilledPage(pagination));
    },
  }),
];
