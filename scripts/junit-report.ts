export interface Report {
  passed: number;
  failed: string[];
  skipped: string[];
}

/** Reads what `bun test --reporter=junit` writes: one `testcase` for each test. */
export function readReport(xml: string): Report {
  const report: Report = { passed: 0, failed: [], skipped: [] };
  const testcase =
    /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>\s*<(\w+))/g;
  for (const [, name = "", group = "", outcome] of xml.matchAll(testcase)) {
    const title = unescape(group === "" ? name : `${group} > ${name}`);
    if (outcome === undefined) report.passed += 1;
    else if (outcome === "skipped") report.skipped.push(title);
    else report.failed.push(title);
  }
  return report;
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescape(text: string) {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name: string) =>
    code ? String.fromCodePoint(Number(code)) : (entities[name] ?? whole),
  );
}
