import { errorWords } from "../apps/server/src/docs/words-errors.ts";
import { errorNames } from "../packages/protocol/src/errors.ts";

const intro = `# Error codes

This page is made by \`npm run openapi\` from the server's list of errors.

Every answer has an \`errCode\`: 0 is success. Of a refusal \`errMsg\` is the name
below, and \`errDlt\` says in words what was wrong and where. Programs go by the code,
which never changes its meaning. Nothing is changed by a request that is refused,
unless the table says otherwise. A webhook's receiver may refuse with codes and words
of its own.

HTTP has status 200 for refusals as well, but for bodies that cannot be read (400) or
are too large (413). Sockets have the same codes in the answers to frames.

| code | errMsg | means | do |
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
