import { ForceLogout, ForceLogoutAll } from "@parley/protocol/methods/auth";
import { DismissGroup, TransferGroup } from "@parley/protocol/methods/groups";
import { DeleteUser, GetUserDeletion } from "@parley/protocol/methods/deletion";
import { imSettings } from "@parley/protocol/methods/settings";

import { groupExamples } from "./examples-groups.ts";
import { messageExamples } from "./examples-messages.ts";
import { otherExamples } from "./examples-others.ts";
import { peopleExamples } from "./examples-people.ts";
import type { Example } from "./examples.ts";

/** Tells of Ann, Bob, Cleo and Dora, who call every route; the order matters. */
export const imExamples: readonly Example[] = [
  ...peopleExamples,
  ...groupExamples,
  ...messageExamples,
  ...otherExamples,

  // These routes end something.
  {
    path: TransferGroup.path,
    body: {
      groupID: "tea",
      oldOwnerUserID: "ann",
      newOwnerUserID: "bob",
    },
  },
  { path: DismissGroup.path, body: { groupID: "tea" } },
  { path: ForceLogout.path, body: { userID: "ann", platformID: 5 } },
  { path: ForceLogoutAll.path, body: { userID: "ann" } },
  {
    path: DeleteUser.path,
    body: { userID: "dora", deleteMessages: true },
  },
  { path: GetUserDeletion.path, body: { userID: "dora" } },
  { path: imSettings.GetConfigList.path, body: {} },
  { path: imSettings.GetConfig.path, body: { configName: "parley.yml" } },
  { path: imSettings.GetEnableConfigManager.path, body: {} },
  { path: imSettings.SetEnableConfigManager.path, body: { enable: false } },
  {
    path: imSettings.SetConfig.path,
    body: { configName: "parley.yml", data: '{"friendVerify": true}' },
  },
  { path: imSettings.ResetConfig.path, body: {} },
  { path: imSettings.Restart.path, body: {} },
];
