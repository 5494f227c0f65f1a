import { errors } from "@parley/protocol/errors";
import {
  AccountAddUser,
  UserImportJson,
  UserImportXlsx,
} from "@parley/protocol/methods/chat/managed-users";

import { readUsers } from "../http/long-body.ts";
import { route } from "../http/route.ts";
import type { Call, Route } from "../http/route.ts";
import { corsHeaders } from "../http/answers.ts";
import type { WebPage } from "../http/server.ts";
import type { ImportCaller, Imports } from "./imports.ts";
import { readTemplate } from "./user-sheet.ts";
import type { Template } from "./user-sheet.ts";

export const importRoutes = (imports: Imports): Route[] => [
  route(AccountAddUser, {
    handle: (call, { user }) => imports.addUser(toCaller(call), user),
  }),
  {
    ...route(UserImportJson, {
      handle: (call, { users }) => imports.importUsers(toCaller(call), users),
    }),
    async answerBytes(call, body) {
      const users = await readUsers(UserImportJson, body);
      await imports.importUsers(toCaller(call), users);
      return undefined;
    },
  },
  {
    ...route(UserImportXlsx, { handle: neverJSON }),
    async answerBytes(call, body) {
      const file = await readFile(body, call.headers);
      await imports.importWorkbook(toCaller(call), file);
      return undefined;
    },
  },
];

/** Anybody gets the workbook that shows how to import users. */
export function templatePage(): WebPage {
  let template: Promise<Template> | undefined;
  return {
    path: UserImportXlsx.path,
    async answer(request) {
      const { file, etag } = await (template ??= readTemplate());
      // COMPAT: without quotes, as OpenIM writes it.
      const headers = { ...corsHeaders, ETag: etag };
      if (request.headers.get("if-none-match") === etag)
        return new Response(null, { status: 304, headers });
      return new Response(file, {
        headers: {
          ...headers,
          "Content-Type":
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "Content-Disposition": "attachment; filename=template.xlsx",
          "Content-Description": "File Transfer",
          "Content-Transfer-Encoding": "binary",
        },
      });
    },
  };
}

const toCaller = ({ cause: { operationID }, address }: Call): ImportCaller => ({
  operationID,
  address,
});

function neverJSON(): never {
  throw new Error(`${UserImportXlsx.path} takes bytes`);
}

/** COMPAT: 500 without a form or without its file. */
async function readFile(
  body: Uint8Array,
  headers: Headers,
): Promise<Uint8Array> {
  const form = await new Response(body as Uint8Array<ArrayBuffer>, {
    headers: { "Content-Type": headers.get("content-type") ?? "" },
  })
    .formData()
    .catch((cause: unknown) => {
      throw errors.internal("the body is not a form, or is too large", {
        cause,
      });
    });
  const file = form.get(UserImportXlsx.formFile ?? "");
  if (!(file instanceof Blob))
    throw errors.internal(
      `the form has no file \`${UserImportXlsx.formFile}\``,
    );
  return new Uint8Array(await file.arrayBuffer());
}
