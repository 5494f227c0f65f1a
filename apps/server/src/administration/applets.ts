import { randomUUID } from "node:crypto";

import type {
  AppletAddReq,
  AppletUpdateReq,
} from "@parley/protocol/chat/applications";
import type { AppletInfo } from "@parley/protocol/chat/shared";
import { errors } from "@parley/protocol/errors";
import type { Kysely } from "kysely";

import type { Page } from "../storage/page.ts";
import type { Schema } from "../storage/schema.ts";
import type { Transact } from "../storage/writer.ts";
import {
  deleteApplets,
  findApplets,
  insertApplet,
  listAppletsOf,
  searchApplets,
  updateApplet,
} from "./applications-store.ts";
import type { AppletRow } from "./applications-store.ts";

/** Values of an applet's `status`. */
const AppletStatus = { onShelf: 1, offShelf: 2 } as const;

/** Small applications that clients load and show. */
export interface Applets {
  /** Throws 1001 for what is empty, 1003 for an id that there is. */
  add(applet: AppletAddReq): Promise<void>;
  /** Changes what is not null. Throws 1001 and 1004. */
  update(change: AppletUpdateReq): Promise<void>;
  /** All or none of them. Throws 1001 for an unknown one. */
  delete(ids: readonly string[]): Promise<void>;
  search(
    keyword: string,
    page: Page,
  ): Promise<{ total: number; applets: AppletInfo[] }>;
  /** Lists the published applets. */
  listOnShelf(): Promise<AppletInfo[]>;
}

export interface AppletsDeps {
  db: Kysely<Schema>;
  transact: Transact;
  now: () => number;
}

export const createApplets = ({ db, transact, now }: AppletsDeps): Applets => ({
  async add({ id, createTime: _ignored, appID, ...applet }) {
    const { name, icon, url, md5, version, size, status } = applet;
    for (const [field, value] of Object.entries({
      name,
      appID,
      icon,
      url,
      md5,
      version,
    }))
      requireText(field, value);
    requireSize(size);
    requireStatus(status);
    const appletID = id || randomUUID();
    await transact(async (tx) => {
      if ((await findApplets(tx.db, [appletID])).length > 0)
        throw errors.duplicateKey(`there is an applet ${appletID}`);
      await insertApplet(tx, {
        ...applet,
        applet_id: appletID,
        app_id: appID,
        create_time: now(),
      });
    });
  },

  async update({ id, createTime: _ignored, appID, ...values }) {
    requireText("id", id);
    await transact(async (tx) => {
      if ((await findApplets(tx.db, [id])).length === 0)
        throw errors.notFound(`there is no applet ${id}`);
      for (const [field, value] of Object.entries({
        name: values.name,
        appID,
        url: values.url,
        version: values.version,
      }))
        if (value !== null) requireText(field, value);
      if (values.md5 !== null && !/^[\da-f]{32}$/i.test(values.md5))
        throw errors.args("md5 must be 32 hex digits");
      if (values.size !== null) requireSize(values.size);
      if (values.status !== null) requireStatus(values.status);
      const change = withoutNull({ ...values, app_id: appID });
      if (Object.keys(change).length === 0)
        throw errors.args("the request has no fields to change");
      await updateApplet(tx, id, change);
    });
  },

  async delete(ids) {
    if (ids.length === 0) throw errors.args("appletIds is empty");
    await transact(async (tx) => {
      const found = new Set(
        (await findApplets(tx.db, ids)).map((applet) => applet.applet_id),
      );
      const unknown = ids.find((id) => !found.has(id));
      if (unknown !== undefined)
        throw errors.args(`there is no applet '${unknown}'`);
      await deleteApplets(tx, ids);
    });
  },

  async search(keyword, page) {
    const { total, rows } = await searchApplets(db, keyword, page);
    return { total, applets: rows.map(toInfo) };
  },

  listOnShelf: async () =>
    (await listAppletsOf(db, AppletStatus.onShelf)).map(toInfo),
});

function requireText(field: string, value: string): void {
  if (value === "") throw errors.args(`${field} is empty`);
}

function requireSize(size: number): void {
  if (size <= 0) throw errors.args("size must be more than 0");
}

function requireStatus(status: number): void {
  if (status !== AppletStatus.onShelf && status !== AppletStatus.offShelf)
    throw errors.args("status must be 1 (published) or 2 (not published)");
}

type WithoutNull<T> = { [K in keyof T]?: NonNullable<T[K]> };

const withoutNull = <T extends object>(values: T): WithoutNull<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null),
  ) as WithoutNull<T>;

const toInfo = (row: AppletRow): AppletInfo => ({
  id: row.applet_id,
  name: row.name,
  appID: row.app_id,
  icon: row.icon,
  url: row.url,
  md5: row.md5,
  size: row.size,
  version: row.version,
  priority: row.priority,
  status: row.status,
  createTime: row.create_time,
});
