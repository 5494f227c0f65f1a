/** Whole lines, else words, else characters, are kept together. */
const breaks = ["\n\n", "\n", " "];

/** Cuts a text into parts of at most `size` UTF-16 units, none of them empty. */
export function splitText(text: string, size: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > size) {
    const end = findEnd(rest, size);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest !== "") parts.push(rest);
  return parts;
}

function findEnd(text: string, size: number): number {
  const head = text.slice(0, size);
  for (const each of breaks) {
    const at = head.lastIndexOf(each);
    // A part that is far shorter than it may be looks like a mistake.
    if (at >= size / 2) return at;
  }
  const last = text.charCodeAt(size - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return isHalf && size > 1 ? size - 1 : size;
}
