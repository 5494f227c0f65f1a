import type { CreateTrial, Description, Make, Schema } from "./page-types.ts";

/**
 * The script of the page. Browsers get its own source text, so the type checker
 * and the executable cover it. It may use its arguments and nothing else from
 * outside.
 */
export function runPage(createTrial: CreateTrial): void {
  const find = <E extends HTMLElement>(id: string): E =>
    document.getElementById(id) as E;
  const make: Make = (tag, properties = {}, ...children) => {
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

  function start(description: Description): void {
    const { schemas, securitySchemes } = description.components;
    token.title = securitySchemes.token.description;
    find("version").textContent = description.info.version;
    const tryIt = createTrial({ description, token, make });
    const paths = Object.keys(description.paths);

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
    /** Describes the bounds of a value. */
    const boundsOf = (schema: Schema, isNeeded: boolean): string => {
      const { type, maxItems, maxLength } = schema;
      const isList = [type].flat()[0] === "array";
      const isNullable = schema.anyOf
        ? schema.anyOf.some((each) => each.type === "null")
        : Array.isArray(type) && type.includes("null");
      return [
        ...(isNullable && !isList && !isNeeded ? [" or null"] : []),
        ...(maxItems === undefined ? [] : [`, at most ${maxItems}`]),
        ...(maxLength === undefined ? [] : [`, at most ${maxLength} long`]),
      ].join("");
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
              make(
                "td",
                {},
                typeOf(field),
                boundsOf(field, isNeeded),
                isNeeded ? ", required" : "",
              ),
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
      const request = requestOf(path);
      const { description: outcome = "" } = operation.responses["200"] ?? {};
      const data = dataOf(path);
      main.replaceChildren(
        make("h2", {}, operation.summary),
        make("p", { className: "path" }, make("code", {}, `POST ${path}`)),
        paragraph(operation.description),
        ...tryIt(path),
        ...next(path),
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

    /** The examples succeed in the order of the routes. */
    function next(path: string): Node[] {
      const at = paths.indexOf(path);
      const following = paths[at + 1];
      const place = `Example ${at + 1} of ${paths.length}; on a new server they succeed in this order. `;
      const link = following && make("a", { href: `#${following}` }, following);
      return [
        make(
          "p",
          { className: "path" },
          place,
          ...(link ? ["Next: ", link] : []),
        ),
      ];
    }

    /** Names and meanings of a route's fields, and of fields in those. */
    const fieldsOf = (schema: Schema): { name: string; words: string }[] => {
      const found: { name: string; words: string }[] = [];
      const walk = (each: Schema, seen: readonly string[]) => {
        const inner = resolve(each);
        for (const [name, field] of Object.entries(inner.properties ?? {})) {
          found.push({ name, words: field.description ?? "" });
          const of = resolve(field).items ?? field;
          const ref = of.$ref ?? of.anyOf?.[0]?.$ref ?? "";
          if (ref !== "" && !seen.includes(ref)) walk(of, [...seen, ref]);
        }
      };
      walk(schema, []);
      return found;
    };

    const requestOf = (path: string): Schema =>
      description.paths[path]?.post.requestBody.content["application/json"]
        ?.schema ?? {};
    const dataOf = (path: string): Schema | undefined => {
      const { content } = description.paths[path]?.post.responses["200"] ?? {};
      const [success = {}] = content?.["application/json"]?.schema.oneOf ?? [];
      return resolve(success).properties?.["data"];
    };

    /** Made when somebody looks for the first time. */
    const texts = new Map<
      string,
      { said: string; fields: { name: string; words: string }[] }
    >();
    const textOf = (path: string) => {
      const known = texts.get(path);
      if (known) return known;
      const { summary, description: words } = description.paths[path]!.post;
      const data = dataOf(path);
      const items = data && (resolve(data).items ?? data);
      const made = {
        said: `${path} ${summary} ${words}`.toLowerCase(),
        fields: [
          ...fieldsOf(requestOf(path)),
          ...(items ? fieldsOf(items) : []),
        ],
      };
      texts.set(path, made);
      return made;
    };

    /**
     * Returns where a route matches the text: "" for the route itself, or a
     * field's name. Undefined: nowhere.
     */
    function found(path: string, wanted: string): string | undefined {
      if (wanted === "") return "";
      const { said, fields: all } = textOf(path);
      if (said.includes(wanted)) return "";
      const isLike = (text: string) => text.toLowerCase().includes(wanted);
      return (
        all.find(({ name }) => isLike(name)) ??
        all.find(({ words }) => isLike(words))
      )?.name;
    }

    function list(): void {
      const wanted = filter.value.trim().toLowerCase();
      find("routes").replaceChildren(
        ...description.tags.flatMap(({ name }) => {
          const links = Object.entries(description.paths).flatMap(
            ([path, { post }]) => {
              const by =
                post.tags[0] === name ? found(path, wanted) : undefined;
              if (by === undefined) return [];
              const link = make(
                "a",
                { href: `#${path}` },
                post.summary,
                make("small", {}, path),
              );
              if (by !== "") link.append(make("em", {}, `has ${by}`));
              return [link];
            },
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
