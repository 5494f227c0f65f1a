/**
 * What the page does. It is sent to browsers as its own text, so that it is
 * checked like everything else and still comes out of one executable file: it
 * may use nothing that is outside of it.
 */
export function runPage(): void {
  interface Schema {
    $ref?: string;
    type?: string | string[];
    description?: string;
    properties?: Record<string, Schema>;
    required?: string[];
    items?: Schema;
    additionalProperties?: Schema;
    anyOf?: Schema[];
    allOf?: Schema[];
    oneOf?: Schema[];
    const?: unknown;
  }
  interface Operation {
    tags: string[];
    summary: string;
    description: string;
    security: unknown[];
    parameters: { name?: string; in?: string; description?: string }[];
    requestBody: { content: Record<string, { schema: Schema }> };
    responses: Record<
      string,
      { description: string; content?: Record<string, { schema: Schema }> }
    >;
  }
  interface Description {
    info: { version: string; summary: string; description: string };
    tags: { name: string; description: string }[];
    paths: Record<string, { post: Operation }>;
    components: {
      schemas: Record<string, Schema>;
      securitySchemes: { token: { description: string } };
    };
  }

  const find = <E extends HTMLElement>(id: string): E =>
    document.getElementById(id) as E;
  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    properties: Partial<HTMLElementTagNameMap[K]> = {},
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[K] => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /** Words in which `code` stands in backticks. */
  const written = (words: string): (Node | string)[] =>
    words
      .split("`")
      .map((each, i) => (i % 2 === 1 ? make("code", {}, each) : each));
  const paragraph = (words: string): HTMLParagraphElement =>
    make("p", {}, ...written(words));

  const main = find("main");
  const token = find<HTMLInputElement>("token");
  const filter = find<HTMLInputElement>("filter");
  // For this tab only: a token is a password.
  token.value = sessionStorage.getItem("token") ?? "";
  token.addEventListener("input", () =>
    sessionStorage.setItem("token", token.value),
  );
  let operations = 0;

  function start(description: Description): void {
    const { schemas, securitySchemes } = description.components;
    token.placeholder = securitySchemes.token.description;
    find("version").textContent = description.info.version;

    const resolve = (schema: Schema): Schema => {
      if (schema.$ref)
        return resolve(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
      if (schema.anyOf?.[0]) return resolve(schema.anyOf[0]);
      if (!schema.allOf) return schema;
      const [first = {}, ...rest] = schema.allOf.map(resolve);
      return {
        ...first,
        required: [first, ...rest].flatMap((each) => each.required ?? []),
      };
    };
    const typeOf = (schema: Schema): string => {
      const inner = resolve(schema);
      const [type = "any"] = [inner.type ?? []].flat();
      if (type === "array") return `${typeOf(inner.items ?? {})}[]`;
      return inner.additionalProperties
        ? `map of ${typeOf(inner.additionalProperties)}`
        : type;
    };
    const example = (schema: Schema, deep = 0): unknown => {
      const inner = resolve(schema);
      switch (typeOf(inner)) {
        case "string":
          return "";
        case "boolean":
          return false;
        case "integer":
        case "number":
          return 0;
        case "object": {
          const { properties = {} } = inner;
          return deep > 3
            ? {}
            : Object.fromEntries(
                Object.entries(properties).map(([name, each]) => [
                  name,
                  name === "pageNumber"
                    ? 1
                    : name === "showNumber"
                      ? 20
                      : example(each, deep + 1),
                ]),
              );
        }
        default:
          return inner.items
            ? [example(inner.items, deep + 1)].filter(
                (each) => typeof each === "object",
              )
            : {};
      }
    };

    function fields(schema: Schema): HTMLElement {
      const body = make("tbody");
      const walk = (each: Schema, deep: number, seen: readonly string[]) => {
        const inner = resolve(each);
        for (const [name, field] of Object.entries(inner.properties ?? {})) {
          const isNeeded = inner.required?.includes(name) ?? false;
          const place = make("td", { className: "in" }, make("code", {}, name));
          place.style.setProperty("--deep", `${deep * 18}px`);
          body.append(
            make(
              "tr",
              {},
              place,
              make("td", {}, typeOf(field), isNeeded ? ", required" : ""),
              make("td", {}, ...written(field.description ?? "")),
            ),
          );
          const of = resolve(field).items ?? field;
          const ref = of.$ref ?? of.anyOf?.[0]?.$ref ?? "";
          if (ref !== "" && !seen.includes(ref) && deep < 4)
            walk(of, deep + 1, [...seen, ref]);
        }
      };
      walk(schema, 0, []);
      if (body.rows.length === 0) return make("p", {}, "Nothing.");
      const head = ["field", "type", "meaning"];
      return make(
        "table",
        {},
        make(
          "thead",
          {},
          make("tr", {}, ...head.map((each) => make("th", {}, each))),
        ),
        body,
      );
    }

    function tryIt(path: string, operation: Operation, schema: Schema): Node[] {
      const text = JSON.stringify(example(schema), null, 2);
      const body = make("textarea", {
        value: text,
        rows: Math.min(20, text.split("\n").length + 1),
        spellcheck: false,
        ariaLabel: "Body of the request",
      });
      const queries = operation.parameters
        .filter((each) => each.in === "query")
        .map(({ name = "", description: words = "" }) =>
          make("input", { name, placeholder: `${name}: ${words}` }),
        );
      const send = make("button", { type: "button" }, "Send");
      const status = make("span");
      status.setAttribute("role", "status");
      const answer = make("pre", { hidden: true });
      send.addEventListener("click", () => {
        void (async () => {
          const started = performance.now();
          status.className = "";
          status.textContent = "…";
          const query = new URLSearchParams(
            queries.map(({ name, value }) => [name, value]),
          ).toString();
          const address = `.${path}${query === "" ? "" : `?${query}`}`;
          try {
            const response = await fetch(address, {
              method: "POST",
              headers: {
                "content-type": "application/json",
                operationID: `docs-${Date.now()}-${++operations}`,
                token: token.value,
              },
              body: body.value,
            });
            const got = await response.text();
            const code = /^\{"errCode":(\d+)/.exec(got)?.[1];
            status.className = code === "0" ? "good" : "bad";
            status.textContent = `HTTP ${response.status}, errCode ${code ?? "none"}, ${Math.round(performance.now() - started)} ms`;
            answer.textContent = pretty(got);
            // Who asks for a token wants to go on with it.
            const signIns = ["/auth/get_admin_token", "/account/login"];
            const isToken = signIns.includes(path) && code === "0";
            const found = /"(?:token|chatToken|adminToken)":"([^"]+)"/.exec(
              got,
            )?.[1];
            if (isToken && found !== undefined) {
              token.value = found;
              sessionStorage.setItem("token", found);
            }
          } catch (error) {
            status.className = "bad";
            status.textContent = "no answer";
            answer.textContent = String(error);
          }
          answer.hidden = false;
        })();
      });
      const needsToken = operation.security.length > 0 && token.value === "";
      return [
        make("h3", {}, "Try it"),
        ...queries.map((each) => make("div", { className: "row" }, each)),
        body,
        make("div", { className: "row" }, send, status),
        ...(needsToken
          ? [make("p", { className: "path" }, "It needs a token: see above.")]
          : []),
        answer,
      ];
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

    const shownPath = () => decodeURIComponent(location.hash.slice(1));

    function mark(): void {
      for (const link of document.querySelectorAll("nav a"))
        if (link.getAttribute("href") === `#${shownPath()}`) {
          link.setAttribute("aria-current", "page");
          link.scrollIntoView({ block: "nearest" });
        } else link.removeAttribute("aria-current");
    }

    function show(): void {
      const path = shownPath();
      mark();
      document.title = path === "" ? "Parley API" : `${path} – Parley API`;
      const operation = description.paths[path]?.post;
      if (!operation) {
        main.replaceChildren(
          make("h2", {}, description.info.summary),
          ...description.info.description.split("\n\n").map(paragraph),
          make("h3", {}, "Areas"),
          make(
            "ul",
            {},
            ...description.tags.map(({ name, description: words }) =>
              make("li", {}, make("code", {}, `/${name}`), ` – ${words}`),
            ),
          ),
        );
        return;
      }
      const request =
        operation.requestBody.content["application/json"]?.schema ?? {};
      const { description: outcome = "", content } =
        operation.responses["200"] ?? {};
      const [success = {}] = content?.["application/json"]?.schema.oneOf ?? [];
      const data = resolve(success).properties?.["data"];
      main.replaceChildren(
        make("h2", {}, operation.summary),
        make("p", { className: "path" }, make("code", {}, `POST ${path}`)),
        paragraph(operation.description),
        ...tryIt(path, operation, request),
        make("h3", {}, "Body"),
        fields(request),
        make("h3", {}, "Answer: data"),
        ...(data
          ? [
              make("p", { className: "path" }, typeOf(data)),
              fields(resolve(data).items ?? data),
            ]
          : [make("p", {}, "None.")]),
        make("h3", {}, "Outcome"),
        paragraph(outcome),
      );
      main.scrollTop = 0;
      // On a phone it lies below the list, and the window scrolls.
      const { top } = main.getBoundingClientRect();
      if (top > window.innerHeight / 3) window.scrollBy(0, top);
    }

    function list(): void {
      const wanted = filter.value.trim().toLowerCase();
      find("routes").replaceChildren(
        ...description.tags.flatMap(({ name }) => {
          const links = Object.entries(description.paths)
            .filter(
              ([path, { post }]) =>
                post.tags[0] === name &&
                `${path} ${post.summary}`.toLowerCase().includes(wanted),
            )
            .map(([path, { post }]) =>
              make(
                "a",
                { href: `#${path}` },
                post.summary,
                make("small", {}, path),
              ),
            );
          return links.length === 0 ? [] : [make("h2", {}, name), ...links];
        }),
      );
      mark();
    }

    filter.addEventListener("input", list);
    window.addEventListener("hashchange", show);
    list();
    show();
  }

  fetch("docs/openapi.json")
    .then((response) => response.json() as Promise<Description>)
    .then(start)
    .catch((error: unknown) => {
      main.textContent = `The description could not be loaded: ${String(error)}`;
    });
}
