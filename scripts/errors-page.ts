import { errorWords } from "../apps/server/src/docs/words-errors.ts";
import { errorNames } from "../packages/protocol/src/errors.ts";

const intro = `# Error codes

\`npm run openapi\` generates this page from the server's list of errors.

Every answer has an \`errCode\`: 0 is success. In a refusal \`errMsg\` is the name below,
and \`errDlt\` describes what was wrong and where. Programs should check the code, whose
meaning never changes. A refused request changes nothing, unless the table says
otherwise. A webhook's receiver may refuse with codes and texts of its own.

The HTTP status of a refusal is 200, too, except for bodies that cannot be read (400) or
are too large (413). Sockets use the same codes in the answers to frames.

| code | errMsg | meaning | what to do |
| --- | --- | --- | --- |
`;

/** docs/errors.md. Throws for a code that has no words, or words without a code. */
export function renderErrors(): string {
  const unknown = Object.keys(errorWords).find(
    (code) => !errorNames.has(Number(code)),
  );
  if (unknown !== undefined) throw new Error(`there is no code ${unknown}`);
  return (
    intro +
    [...errorNames]
      .map(([code, name]) => {
        const words = errorWords[code];
        if (!words) throw new Error(`nothing says what ${code} means`);
        return `| ${code} | ${name} | ${words.means} | ${words.todo} |\n`;
      })
      .join("")
  );
}
