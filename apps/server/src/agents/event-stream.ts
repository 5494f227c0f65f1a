/** Maximum length of a line, more than any answer of a language model has. */
const maxLine = 1_048_576;

export class EventStreamError extends Error {
  override readonly name = "EventStreamError";
}

/**
 * The data of the events in a stream (text/event-stream), whatever their
 * names. The last one needs no blank line behind it: not all servers send one.
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void> {
  let data: string[] = [];
  for await (const line of readLines(chunks)) {
    if (line !== "") {
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      continue;
    }
    if (data.length > 0) yield data.join("\n");
    data = [];
  }
  if (data.length > 0) yield data.join("\n");
}

async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw new EventStreamError("a line has no end");
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  rest += decoder.decode();
  if (rest !== "") yield rest.replace(/\r$/, "");
}
