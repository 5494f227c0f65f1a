/**
 * Where a request asks. What its header Host says is left out: strangers write
 * there what they like, and nothing here goes by it. Never throws, as an error
 * would carry the address, and a token with it, into the log.
 */
export function requestURL({ url }: Pick<Request, "url">): URL {
  // Without a Host that is one, all there is is the path.
  const begin = url.startsWith("/")
    ? 0
    : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${begin < 0 ? "/" : url.slice(begin)}`);
}
