import { errors } from "@parley/protocol/errors";
import {
  AgentCallbackGroup,
  AgentCallbackSingle,
  AgentCreate,
  AgentDelete,
  AgentPage,
  AgentUpdate,
} from "@parley/protocol/methods/chat/agents";

import { route } from "../http/route.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Call, Route } from "../http/route.ts";
import { toPage } from "../storage/page.ts";
import type { Agents } from "./agents.ts";
import type { Callbacks } from "./callbacks.ts";

export interface AgentRoutesDeps {
  agents: Agents;
  callbacks: Callbacks;
}

/**
 * Routes with which administrators manage agents (docs/wire/accounts.md#bots).
 */
export const agentAdministrationRoutes = (agents: Agents): Route[] => [
  forAdministrators(
    route(AgentCreate, {
      async handle({ cause: { operationID } }, { agent }) {
        if (!agent) throw errors.args("agent is missing");
        const { createTime: _, ...draft } = agent;
        await agents.create(operationID, draft);
      },
    }),
  ),
  forAdministrators(
    route(AgentUpdate, {
      async handle({ cause: { operationID } }, { userID, ...change }) {
        await agents.update(operationID, userID, change);
      },
    }),
  ),
  forAdministrators(
    route(AgentDelete, {
      async handle(_call, { userIDs }) {
        await agents.delete(userIDs);
      },
    }),
  ),
];

/** Routes for users and for other IM servers. */
export const agentRoutes = ({
  agents,
  callbacks,
}: AgentRoutesDeps): Route[] => [
  route(AgentPage, {
    async handle({ cause: { actor } }, { userIDs, pagination }) {
      const found = agents.page(userIDs, toPage(pagination));
      return {
        total: found.total,
        agents: found.agents.map((agent) => ({
          ...agent,
          key: "",
          // Only administrators see the endpoint and the prompts.
          ...(!actor.isAdmin && { url: "", prompts: "" }),
        })),
      };
    },
  }),
  route(AgentCallbackSingle, {
    async handle(call, told) {
      const {
        cause: { operationID },
        query,
      } = call;
      await callbacks.single(
        { ...told, operationID },
        tellerOf(call),
        query.get("key"),
      );
    },
  }),
  route(AgentCallbackGroup, {
    async handle(call, told) {
      const {
        cause: { operationID },
        query,
      } = call;
      await callbacks.group(
        { ...told, operationID },
        tellerOf(call),
        query.get("key"),
      );
    },
  }),
];

/** The address of a proxy on this machine stands for nobody. */
const tellerOf = ({ address, isHere }: Call): string =>
  isHere || !isLoopback(address) ? address : `a proxy at ${address}`;

/** COMPAT: 1001 for people, as on the administration's port (docs/wire/accounts.md#tokens). */
const forAdministrators = (inner: Route): Route => ({
  ...inner,
  async answer(call, body) {
    if (!call.cause.actor.isAdmin)
      throw errors.args("this route is for administrators only");
    return inner.answer(call, body);
  },
});
