import type { CreateTrial } from "./page-types.ts";

/**
 * Lets people try routes: with the example, as a request from the page or as curl.
 * It is sent to browsers as its own text, like `runPage`, which calls it.
 */
export const createTrial: CreateTrial = ({ description, token, make }) => {
  let operations = 0;
  /** Values from earlier answers, for later examples. */
  const answers = new Map<string, unknown>();

  /**
   * Fills in values from earlier answers; a value that no answer had stays as
   * it is.
   */
  function fill(value: unknown): unknown {
    if (typeof value === "string") {
      const named = /^\{\{(\S+)(?: (\S+))?\}\}$/.exec(value);
      const found = named && memberOf(answers.get(named[1]!), named[2] ?? "");
      return found ?? value;
    }
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fill(each)]),
    );
  }

  const memberOf = (answer: unknown, path: string): unknown =>
    path
      .split(".")
      .filter((key) => key !== "")
      .reduce<unknown>(
        (at, key) => (at as Record<string, unknown> | undefined)?.[key],
        answer,
      );

  interface Query {
    key: string;
    values: string[];
  }
  interface Sign {
    url: string;
    query: Query[] | null;
    parts: { partNumber: number; url: string; query: Query[] | null }[];
  }
  interface Filled {
    text: string;
    times?: number;
    part?: { sign: Sign; number: number };
    form?: { url: string; file: string; fields: Record<string, string> };
  }

  /** Bytes go to where earlier answers say. */
  async function upload({ text, times = 1, part, form }: Filled) {
    const bytes = text.repeat(times);
    let address: URL;
    let body: string | FormData = bytes;
    if (part) {
      if (typeof part.sign !== "object")
        throw new Error(`send ${String(part.sign)} first`);
      const { url, query, parts } = part.sign;
      const signed = parts.find(({ partNumber }) => partNumber === part.number);
      address = new URL(signed?.url || url);
      for (const { key, values } of [
        ...(query ?? []),
        ...(signed?.query ?? []),
      ])
        for (const value of values) address.searchParams.append(key, value);
    } else {
      if (typeof form?.fields !== "object")
        throw new Error(`send ${String(form?.fields)} first`);
      body = new FormData();
      for (const [name, value] of Object.entries(form.fields))
        body.append(name, value);
      body.append(form.file, new File([bytes], "hello.txt"));
      address = new URL(form.url);
    }
    const response = await fetch(address, {
      method: part ? "PUT" : "POST",
      body,
    });
    if (!response.ok) throw new Error(`the upload: HTTP ${response.status}`);
  }

  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

  /** Quotes a request for a shell. */
  function curlOf(address: string, body: string, needsToken: boolean): string {
    const given =
      token.value === "" ? '"token: $token"' : quoted(`token: ${token.value}`);
    return [
      `curl ${quoted(new URL(address, location.href).href)}`,
      `-H 'operationID: docs-1'`,
      ...(needsToken ? [`-H ${given}`] : []),
      `-H 'content-type: application/json'`,
      `-d ${quoted(body)}`,
    ].join(" \\\n  ");
  }

  async function copy(text: string, shown: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain HTTP from elsewhere there is no clipboard: it is marked.
      getSelection()?.selectAllChildren(shown);
      document.execCommand("copy");
    }
  }

  return function tryIt(path) {
    const operation = description.paths[path]?.post;
    if (!operation) return [];
    const needsToken = operation.security.length > 0;
    const content = operation.requestBody.content;
    const rows = operation["x-rows"];
    const text = JSON.stringify(
      fill(content["application/json"]?.example ?? {}),
      null,
      2,
    );
    const body = make("textarea", {
      value: text,
      rows: Math.min(20, text.split("\n").length + 1),
      spellcheck: false,
      ariaLabel: "Body of the request",
    });
    const file = make("input", {
      type: "file",
      ariaLabel: "File of the request",
    });
    const queries = operation.parameters
      .filter((each) => each.in === "query")
      .map(({ name = "", description: words = "", example = "" }) =>
        make("input", {
          name,
          value: example,
          title: words,
          ariaLabel: `${name}: ${words}`,
        }),
      );
    const send = make("button", { type: "button" }, "Send");
    const curl = make(
      "button",
      { type: "button", className: "second" },
      "Copy as curl",
    );
    const status = make("span");
    status.setAttribute("role", "status");
    const command = make("pre", { hidden: true, ariaLabel: "As curl" });
    const answer = make("pre", { hidden: true, ariaLabel: "Answer" });

    const addressOf = (): string => {
      const query = new URLSearchParams(
        queries.map(({ name, value }) => [name, value]),
      ).toString();
      return `.${path}${query === "" ? "" : `?${query}`}`;
    };

    async function ask(): Promise<void> {
      for (const each of operation?.["x-uploads"] ?? [])
        await upload(fill(each) as Filled);
      const form = new FormData();
      if (rows && file.files?.[0]) form.append("data", file.files[0]);
      const started = performance.now();
      const response = await fetch(addressOf(), {
        method: "POST",
        headers: {
          ...(!rows && { "content-type": "application/json" }),
          operationID: `docs-${Date.now()}-${++operations}`,
          token: token.value,
        },
        body: rows ? form : body.value,
      });
      const got = await response.text();
      const code = /^\{"errCode":(\d+)/.exec(got)?.[1];
      status.className = code === "0" ? "good" : "bad";
      status.textContent = `HTTP ${response.status}, errCode ${code ?? "none"}, ${Math.round(performance.now() - started)} ms`;
      answer.textContent = pretty(got);
      if (code === "0") remember(path, got);
    }

    send.addEventListener("click", () => {
      status.className = "";
      status.textContent = "…";
      answer.hidden = false;
      ask().catch((error: unknown) => {
        status.className = "bad";
        status.textContent = "no answer";
        answer.textContent = String(error);
      });
    });
    curl.addEventListener("click", () => {
      const shown = curlOf(addressOf(), body.value, needsToken);
      command.textContent = shown;
      command.hidden = false;
      void copy(shown, command).then(() => {
        status.className = "";
        status.textContent = "copied";
      });
    });

    return [
      make("h3", {}, "Try it"),
      ...queries.map((each) =>
        make("label", { className: "row" }, make("code", {}, each.name), each),
      ),
      ...(rows ? [workbook(rows), file] : [body]),
      make("div", { className: "row" }, send, ...(rows ? [] : [curl]), status),
      ...(needsToken && token.value === ""
        ? [make("p", { className: "path" }, "It needs a token: see above.")]
        : []),
      command,
      answer,
    ];
  };

  function workbook(rows: string[][]): Node {
    return make(
      "p",
      {},
      make("a", { href: "user/import/xlsx" }, "A workbook to fill in"),
      ", for instance with ",
      make("code", {}, rows.map((row) => row.join(", ")).join("; ")),
    );
  }

  function remember(path: string, text: string): void {
    const { data } = JSON.parse(text) as { data?: Record<string, string> };
    answers.set(path, data);
    // Routes whose answer has a token, which the page then uses.
    const signIns = [
      "/auth/get_admin_token",
      "/account/login",
      "/account/register",
    ];
    const given =
      data?.["token"] ?? data?.["adminToken"] ?? data?.["chatToken"];
    if (!signIns.includes(path) || !given) return;
    token.value = given;
    sessionStorage.setItem("token", given);
  }

  /** Indented as text: parsing would spoil numbers beyond 2^53. */
  function pretty(text: string): string {
    let deep = 0;
    return text.replace(
      /"(?:[^"\\]|\\.)*"|[{}[\],:]/g,
      (piece: string, at: number) => {
        const next = text[at + 1];
        const line = () => `\n${"  ".repeat(deep)}`;
        if (piece === ":") return ": ";
        if (piece === ",") return `,${line()}`;
        if (piece === "{" || piece === "[") {
          deep++;
          return next === "}" || next === "]" ? piece : piece + line();
        }
        if (piece !== "}" && piece !== "]") return piece;
        deep--;
        const before = text[at - 1];
        return before === "{" || before === "[" ? piece : line() + piece;
      },
    );
  }
};
