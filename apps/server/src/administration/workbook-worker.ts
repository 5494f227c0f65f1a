// A thread that reads an administrator's workbook: it may be large, and made to
// take all the memory and time there is. See workbook.ts.
import { parentPort } from "node:worker_threads";

import { unzipSync, zipSync } from "fflate";
import { readSheet, SheetNotFoundError } from "read-excel-file/universal";

export interface WorkbookRequest {
  file: Uint8Array;
  sheet: string;
  /** The names in row 1 of the columns that are read, in the answer's order. */
  columns: readonly string[];
  limits: WorkbookLimits;
}

export interface WorkbookLimits {
  /** Data rows, without the header row. */
  rows: number;
  columns: number;
  /** Characters of one cell; spreadsheet programs allow no more. */
  cellLength: number;
  /** Bytes of all files in the archive, unpacked. */
  bytes: number;
}

export type WorkbookAnswer =
  /** Texts of the cells; dates like 2000-01-02. */
  | { rows: string[][] }
  /** The reason why the file cannot be read. */
  | { problem: string };

/** The file is not what it must be. */
class Refusal extends Error {
  override readonly name = "Refusal";
}

parentPort?.on("message", (request: WorkbookRequest) => {
  void read(request).then((answer) => parentPort?.postMessage(answer));
});

async function read(request: WorkbookRequest): Promise<WorkbookAnswer> {
  try {
    const file = repack(request.file, request.limits);
    return {
      rows: toRows(
        await readSheet(file, request.sheet, { trim: false }),
        request,
      ),
    };
  } catch (error) {
    if (error instanceof SheetNotFoundError) return { rows: [] };
    return {
      problem:
        error instanceof Refusal
          ? error.message
          : `the file is no xlsx workbook: ${(error as Error).message}`,
    };
  }
}

/**
 * Checks an archive and returns it uncompressed, so that its reader inflates
 * nothing.
 */
function repack(file: Uint8Array, limits: WorkbookLimits): ArrayBuffer {
  let bytes = 0;
  const parts = unzipSync(file, {
    filter({ name, originalSize }) {
      if (!/\.(?:xml|rels)$/.test(name)) return false;
      // A part that says less than it holds is cut there.
      bytes += originalSize;
      if (bytes > limits.bytes)
        throw new Refusal(`the file holds more than ${limits.bytes} bytes`);
      return true;
    },
  });
  const decoder = new TextDecoder();
  for (const part of Object.values(parts))
    requireSmallSheet(decoder.decode(part), limits);
  const packed = zipSync(parts, { level: 0 });
  return packed.buffer.slice(
    packed.byteOffset,
    packed.byteOffset + packed.length,
  );
}

/** The last row of a sheet; LibreOffice writes it even if it is empty. */
const lastRow = 1_048_576;

/**
 * A reader fills the gaps before a cell, so one cell far away is a sheet of
 * millions. The rows' limit leaves room for those below the list.
 */
function requireSmallSheet(
  xml: string,
  { rows, columns }: WorkbookLimits,
): void {
  const tags = /<(?:[\w.-]+:)?(row|c)((?:\s(?:[^"'>]|"[^"]*"|'[^']*')*)?)\/?>/g;
  let count = 0;
  for (const [, tag, attributes = ""] of xml.matchAll(tags)) {
    if (tag === "row" && ++count > 10 * rows)
      throw new Refusal(`the sheet has more than ${10 * rows} rows`);
    const place = /\sr\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
    if (place === undefined) continue;
    const [, letters = "", digits = ""] =
      /^([A-Z]{0,3})([1-9]\d{0,6})$/.exec(place) ?? [];
    const isNear =
      tag === "row"
        ? letters === "" && digits !== "" && Number(digits) <= lastRow
        : letters !== "" &&
          Number(digits) <= 2 * rows &&
          columnOf(letters) <= columns;
    if (!isNear)
      throw new Refusal(
        `the sheet has a cell at ${place.slice(0, 20)}: at most ${columns} columns and ${2 * rows} rows are read`,
      );
  }
}

/** A = 1, AA = 27. */
const columnOf = (letters: string): number =>
  [...letters].reduce((sum, each) => sum * 26 + each.charCodeAt(0) - 64, 0);

/** A date is an object, which the library's types do not say. */
type Cell = string | number | boolean | object | null | undefined;

/**
 * The names end at the first empty cell, the data at the first empty row
 *.
 */
function toRows(
  [first = [], ...below]: Cell[][],
  { columns, limits }: WorkbookRequest,
): string[][] {
  const names: string[] = [];
  for (const cell of first) {
    const name = toText(cell, limits).trim();
    if (name === "") break;
    names.push(name);
  }
  const places = columns.map((column) => names.indexOf(column));
  const rows: string[][] = [];
  let length = 0;
  for (const cells of below) {
    const texts = names.map((_, column) => toText(cells[column], limits));
    if (texts.every((text) => text.trim() === "")) break;
    if (rows.length === limits.rows)
      throw new Refusal(`the sheet has more than ${limits.rows} rows of data`);
    const row = places.map((place) => texts[place] ?? "");
    // One text may be in many cells.
    length += row.reduce((sum, text) => sum + text.length, 0);
    if (length > limits.bytes)
      throw new Refusal(`the cells hold more than ${limits.bytes} characters`);
    rows.push(row);
  }
  return rows;
}

/** A formula's stored result; nothing is computed here. */
function toText(cell: Cell, { cellLength }: WorkbookLimits): string {
  if (cell === null || cell === undefined) return "";
  const text =
    typeof cell === "object"
      ? (cell as Date).toISOString().slice(0, 10)
      : String(cell);
  if (text.length > cellLength)
    throw new Refusal(`a cell holds more than ${cellLength} characters`);
  return text;
}
