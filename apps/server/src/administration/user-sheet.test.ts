import { describe, expect, test } from "bun:test";

import { strToU8, zipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";
import writeXlsxFile from "write-excel-file/node";

import { toSent } from "./known-password.ts";
import { columns, readTemplate, readUserSheet } from "./user-sheet.ts";
import { readWorkbook } from "./workbook.ts";

const now = Date.UTC(2026, 0, 1);
const read = (file: Uint8Array, mostRows = 100) =>
  readUserSheet(file, { mostRows, now });

type Value = string | number | Date;

const workbook = async (rows: Value[][], sheet = "user") =>
  new Uint8Array(
    await writeXlsxFile(
      rows.map((row) =>
        row.map((value) =>
          value instanceof Date
            ? { value, type: Date, format: "yyyy-mm-dd" }
            : { value },
        ),
      ),
      { sheet },
    ).toBuffer(),
  );

const names = ["nickname", "password", "area_code", "phone_number"];
const refusal = (text: string) =>
  expect.objectContaining({
    code: 1001,
    detail: expect.stringContaining(text),
  });

describe("a workbook of users", () => {
  test("is read by the names of its columns, up to the first empty row", async () => {
    const rows = await read(
      await workbook([
        [...names, "shoe", "gender", "birth"],
        ["Al ", " secret ", "+86", 13_800_000_000, "42", 1, "2000/01/02"],
        ["Bo", "secret2", "+44", "071", "", "male", new Date(now)],
        [],
        ["Ci", "secret3", "+86", "1", "", "", ""],
      ]),
    );
    expect(rows).toMatchObject([
      {
        number: 2,
        problem: undefined,
        user: {
          nickname: "Al",
          password: toSent(" secret "),
          areaCode: "+86",
          phoneNumber: "13800000000",
          gender: 1,
          birth: new Date(2000, 0, 2).getTime(),
          userID: "",
        },
      },
      {
        number: 3,
        user: {
          nickname: "Bo",
          gender: 0,
          birth: new Date(2026, 0, 1).getTime(),
        },
      },
    ]);
  });

  test("says of each row what is missing", async () => {
    const rows = await read(
      await workbook([
        names,
        ["", "p", "+86", "1"],
        ["Bo", "", "+86", "1"],
        ["Ci", "p", "86", "1"],
        ["Di", "p", "+70000", "1"],
        ["Ed", "p", "+86", ""],
      ]),
    );
    expect(rows.map(({ problem }) => problem)).toEqual([
      "nickname is empty",
      "password is empty",
      "area_code must be like +86",
      "area_code must be like +86",
      "phone_number is empty",
    ]);
  });

  test("takes the time of import for a birth that is no day since 1900", async () => {
    const births = ["", "2000", "2000-13-01", "1899-12-31", "2000--1", "a-b-c"];
    const rows = await read(
      await workbook([
        [...names, "birth"],
        ...births.map((birth) => ["Al", "p", "+86", "1", birth]),
      ]),
    );
    expect(rows.map(({ user }) => user.birth)).toEqual(births.map(() => now));
  });

  test("holds nobody without a sheet of that name", async () => {
    expect(
      await read(await workbook([names, ["Al", "p", "+86", "1"]], "x")),
    ).toEqual([]);
  });

  test("is shown by a template that imports nobody as it is", async () => {
    const { file, etag } = await readTemplate();
    expect(await read(file)).toEqual([]);
    expect(etag).toMatch(/^[\da-f]{32}$/);
    const [names] = await readSheet(file.buffer, "user");
    expect(names).toEqual([...columns]);
  });
});

/** A workbook whose only sheet has these rows, as XML. */
function madeBy(rows: string, more: Record<string, Uint8Array> = {}) {
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packages = "http://schemas.openxmlformats.org/package/2006";
  return zipSync({
    "[Content_Types].xml": strToU8(
      `<Types xmlns="${packages}/content-types"/>`,
    ),
    "_rels/.rels": strToU8(
      `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": strToU8(
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="user" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(
      `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    "xl/worksheets/sheet1.xml": strToU8(
      `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`,
    ),
    ...more,
  });
}

const cell = (place: string, text: string) =>
  `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
const header = `<row r="1">${names.map((name, i) => cell(`${"ABCD"[i]}1`, name)).join("")}</row>`;

describe("a workbook that was made to do harm", () => {
  test("has formulas, of which the last result counts and nothing is computed", async () => {
    const rows = await read(
      madeBy(
        `${header}<row r="2">${cell("A2", '=CMD|"calc"!A1')}<c r="B2" t="str"><f>A2&amp;A2</f><v>result</v></c>${cell("C2", "+86")}<c r="D2"><f>1+1</f><v>7</v></c></row>`,
      ),
    );
    expect(rows).toMatchObject([
      {
        user: {
          nickname: '=CMD|"calc"!A1',
          password: toSent("result"),
          phoneNumber: "7",
        },
      },
    ]);
  });

  test("unpacks to more than it may", async () => {
    const bomb = zipSync({
      "xl/bomb.xml": new Uint8Array(70_000_000),
    });
    expect(bomb.length).toBeLessThan(100_000);
    expect(read(bomb)).rejects.toEqual(refusal("holds more than"));
  });

  test("says to unpack to less than it does", async () => {
    const bomb = zipSync({ "xl/bomb.xml": new Uint8Array(1_000_000) });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    // Both places where its size stands.
    for (let at = 0; at + 4 <= bomb.length; at++)
      if (view.getUint32(at, true) === 1_000_000) view.setUint32(at, 10, true);
    expect(read(bomb)).rejects.toEqual(refusal("no xlsx workbook"));
  });

  test.each([
    ["a cell millions of rows away", cell("A9999999", "x")],
    ["a cell thousands of columns away", cell("ZZZ2", "x")],
    ["a place in other words", cell("&#65;9999999", "x")],
    ["a cell behind quotes", `<c x=">" r='A9999999'><v>1</v></c>`],
  ])("has %s", async (_about, far) => {
    expect(read(madeBy(`${header}<row r="2">${far}</row>`))).rejects.toEqual(
      refusal("has a cell at"),
    );
  });

  test("has a row beyond every sheet's end", async () => {
    expect(read(madeBy(`${header}<row r="9999999"></row>`))).rejects.toEqual(
      refusal("has a cell at"),
    );
  });

  test("has more rows than are imported", async () => {
    const rows = Array.from({ length: 4 }, () => ["Al", "p", "+86", "1"]);
    const file = await workbook([names, ...rows]);
    expect(await read(file, 4)).toHaveLength(4);
    expect(read(file, 3)).rejects.toEqual(refusal("more than 3 rows"));
  });

  test("has one long text in all its cells", async () => {
    const file = await workbook([names, ["x".repeat(40_000), "p", "+86", "1"]]);
    expect(read(file)).rejects.toEqual(refusal("32767 characters"));
  });

  test.each([
    ["no archive", strToU8("x")],
    ["half of one", new Uint8Array([0x50, 0x4b, 3, 4])],
    ["an empty one", zipSync({})],
    ["one of something else", zipSync({ "a.txt": strToU8("x") })],
    ["broken XML", madeBy("<row><<c")],
  ])("is %s", async (_about, file) => {
    expect(read(file)).rejects.toMatchObject({ code: 1001 });
  });

  test("takes too long", async () => {
    expect(
      readWorkbook(
        {
          file: await workbook([names]),
          sheet: "user",
          columns: [],
          limits: { rows: 1, columns: 9, cellLength: 99, bytes: 1_000_000 },
        },
        { timeLimitMs: 0 },
      ),
    ).rejects.toEqual(refusal("too long"));
  });
});
