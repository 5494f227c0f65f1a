/**
 * Returns the request's URL without its Host header, which strangers control
 * and nothing here needs. Never throws, because the error would carry the
 * address, and a token in it, into the log.
 */
export function requestURL({ url }: Pick<Request, "url">): URL {
  // Without a Host that is one, all there is is the path.
  const begin = url.startsWith("/")
    ? 0
    : url.indexOf("/", url.indexOf("//") + 2);
  return new URL(`http://localhost${begin < 0 ? "/" : url.slice(begin)}`);
}
