import { createHash } from "node:crypto";

import { RegisterUserInfo } from "@parley/protocol/chat/shared";

import importTemplate from "./import-template.xlsx" with { type: "file" };
import { toSent } from "./known-password.ts";
import { readWorkbook } from "./workbook.ts";

/** The sheet of an import, and of the workbook that shows how to fill it in. */
const sheet = "user";

/** Header row of the workbook. */
export const columns = [
  "nickname",
  "face_url",
  "birth",
  "gender",
  "area_code",
  "phone_number",
  "email",
  "account",
  "password",
  "user_id",
] as const;

type Column = (typeof columns)[number];

/** One row of an import: somebody, or what is wrong with it. */
export interface SheetRow {
  /** 1-based row number, as spreadsheet programs show it. */
  number: number;
  user: RegisterUserInfo;
  problem: string | undefined;
}

/** Throws 1001 for what is no workbook, or a far too large one. */
export async function readUserSheet(
  file: Uint8Array,
  { mostRows, now }: { mostRows: number; now: number },
): Promise<SheetRow[]> {
  const rows = await readWorkbook({
    file,
    sheet,
    columns,
    limits: {
      rows: mostRows,
      columns: 100,
      cellLength: 32_767,
      bytes: 67_108_864,
    },
  });
  return rows.map((texts, i) => {
    const cells = Object.fromEntries(
      columns.map((column, place) => [column, texts[place] ?? ""]),
    ) as Record<Column, string>;
    // A password is what its owner typed, blanks and all.
    for (const column of columns)
      if (column !== "password") cells[column] = cells[column].trim();
    return {
      number: i + 2,
      user: toUser(cells, now),
      problem: problemOf(cells),
    };
  });
}

const needed = ["nickname", "area_code", "phone_number", "password"] as const;

function problemOf(cells: Record<Column, string>): string | undefined {
  const missing = needed.find((column) => cells[column] === "");
  if (missing) return `${missing} is empty`;
  const { area_code: areaCode } = cells;
  return /^\+\d{1,5}$/.test(areaCode) && Number(areaCode) <= 65_535
    ? undefined
    : "area_code must be like +86";
}

const toUser = (
  cells: Record<Column, string>,
  now: number,
): RegisterUserInfo => ({
  ...RegisterUserInfo.create(),
  userID: cells.user_id,
  nickname: cells.nickname,
  faceURL: cells.face_url,
  birth: toBirth(cells.birth) ?? now,
  gender: /^\d{1,9}$/.test(cells.gender) ? Number(cells.gender) : 0,
  areaCode: cells.area_code,
  phoneNumber: cells.phone_number,
  email: cells.email,
  account: cells.account,
  // Clients send passwords in this form.
  password: toSent(cells.password),
});

/**
 * Midnight of the server's own zone; undefined for what is no year, month and
 * day, or before 1900.
 */
function toBirth(text: string): number | undefined {
  const parts = /^(\d{1,4})\D(\d{1,2})\D(\d{1,2})$/.exec(text);
  const [year = 0, month = 0, day = 0] = (parts ?? []).slice(1).map(Number);
  const isDay =
    year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay ? new Date(year, month - 1, day).getTime() : undefined;
}

export interface Template {
  file: Uint8Array<ArrayBuffer>;
  /** The MD5 of the file in hex. */
  etag: string;
}

/**
 * The workbook that shows how to fill one in; edit it with a spreadsheet program.
 * Its sample is far below the names, so whoever leaves it there imports nobody by it.
 */
export async function readTemplate(): Promise<Template> {
  const file = await Bun.file(importTemplate).bytes();
  return { file, etag: createHash("md5").update(file).digest("hex") };
}
