import { crc32 } from "node:zlib";

import { isObject, toText } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Sheets by their names: rows of cells. */
type Sheets = Record<string, string[][]>;

/** A field is a text, or `{ xlsx }` with the sheets of a workbook. */
export function multipart(fields: JsonObject): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    const sheets = isObject(value) ? value["xlsx"] : undefined;
    if (sheets === undefined) form.append(name, toText(value));
    else
      form.append(
        name,
        new Blob([zip(workbook(sheets as unknown as Sheets))]),
        "users.xlsx",
      );
  }
  return form;
}

const formats = "http://schemas.openxmlformats.org";
const relationships = `${formats}/officeDocument/2006/relationships`;
const packages = `${formats}/package/2006`;
const spreadsheet = `${formats}/spreadsheetml/2006/main`;
const types = "application/vnd.openxmlformats-";

/** The smallest workbook that spreadsheet programs open; all cells are text. */
function workbook(sheets: Sheets): Record<string, string> {
  const names = Object.keys(sheets);
  const each = (line: (number: number, name: string) => string) =>
    names.map((name, index) => line(index + 1, escape(name))).join("");
  return {
    "[Content_Types].xml":
      `<Types xmlns="${packages}/content-types">` +
      `<Default Extension="rels" ContentType="${types}package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${types}officedocument.spreadsheetml.sheet.main+xml"/>` +
      each(
        (number) =>
          `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${types}officedocument.spreadsheetml.worksheet+xml"/>`,
      ) +
      "</Types>",
    "_rels/.rels":
      `<Relationships xmlns="${packages}/relationships">` +
      `<Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/>` +
      "</Relationships>",
    "xl/workbook.xml":
      `<workbook xmlns="${spreadsheet}" xmlns:r="${relationships}"><sheets>` +
      each(
        (number, name) =>
          `<sheet name="${name}" sheetId="${number}" r:id="rId${number}"/>`,
      ) +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels":
      `<Relationships xmlns="${packages}/relationships">` +
      each(
        (number) =>
          `<Relationship Id="rId${number}" Type="${relationships}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
      ) +
      "</Relationships>",
    ...Object.fromEntries(
      Object.values(sheets).map((rows, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        worksheet(rows),
      ]),
    ),
  };
}

function worksheet(rows: readonly string[][]): string {
  const lines = rows.map((cells, row) => {
    const line = cells.map((cell, column) => {
      const at = `${String.fromCharCode(65 + column)}${row + 1}`;
      return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escape(String(cell))}</t></is></c>`;
    });
    return `<row r="${row + 1}">${line.join("")}</row>`;
  });
  return `<worksheet xmlns="${spreadsheet}"><sheetData>${lines.join("")}</sheetData></worksheet>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** XML files in a ZIP archive, stored without compression. */
function zip(files: Record<string, string>): Buffer<ArrayBuffer> {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0); // the version needed to read it
    header.writeUInt32LE(crc32(data), 10);
    header.writeUInt32LE(data.length, 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt16LE(name.length, 22);
    contents.push(Buffer.from("PK\x03\x04"), header, name, data);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), header, place, name);
    at += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(18);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([
    ...contents,
    ...directory,
    Buffer.from("PK\x05\x06"),
    end,
  ]);
}
