import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");

export const repositoryFile = (name: string): string => path.join(root, name);

/** Text in a fence of a page, and the heading above it. */
export interface CodeBlock {
  language: string;
  /** The words behind the language: "ts title" has "title". */
  note: string;
  /** The text of the heading, without `#`. */
  heading: string;
  text: string;
  line: number;
}

/** The fenced blocks of a page in Markdown, in order. */
export function codeBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = "";
  let open: CodeBlock | undefined;
  const lines = readFileSync(repositoryFile(page), "utf8").split("\n");
  for (const [i, line] of lines.entries()) {
    const fence = /^```(\w*) ?(.*)$/.exec(line);
    if (open && fence) {
      blocks.push(open);
      open = undefined;
    } else if (open) open.text += `${line}\n`;
    else if (fence)
      open = {
        language: fence[1] ?? "",
        note: fence[2] ?? "",
        heading,
        text: "",
        line: i + 1,
      };
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  if (open)
    throw new Error(`${page} line ${open.line}: the fence is not closed`);
  return blocks;
}

/** Returns the link targets of a page, as written. */
export const linksOf = (page: string): string[] =>
  [
    ...readFileSync(repositoryFile(page), "utf8").matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = ""]) => target);
