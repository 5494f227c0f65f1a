/**
 * Returns log fields with secrets masked: values by their names, at any depth,
 * and errors reduced to the members that an operator needs.
 */
export function withoutSecrets(
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return masked(fields, 0);
}

const mask = "***";
/** Maximum nesting that is logged. */
const deepest = 6;

const namesSecrets =
  /^(key|auth|cookie|set-cookie|pass)$|token|secret|passw|authorization|credential|signature|api[-_]?key|private[-_]?key|access[-_]?key|master[-_]?key/i;

function masked(
  fields: Readonly<Record<string, unknown>>,
  depth: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" && value !== "" && namesSecrets.test(name)
        ? mask
        : maskedValue(value, depth),
    ]),
  );
}

function maskedValue(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth >= deepest) return "…";
  if (Array.isArray(value))
    return value.map((each) => maskedValue(each, depth + 1));
  // Others know best how they are written.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return masked(value as Record<string, unknown>, depth + 1);
}

/** Members of errors that hold neither what was asked nor what was answered. */
const told = [
  ...["code", "errno", "syscall", "status", "statusCode", "responseCode"],
  ...["byteOffset", "severity", "routine", "table", "constraint"],
] as const;

/**
 * An error may hold the request that failed, with its address and headers: its
 * members are named here, and all others left out.
 */
function describeError(error: Error, depth: number): object {
  const members = error as Error & Partial<Record<string, unknown>>;
  const { cause } = error;
  const { path } = members;
  return {
    type: error.name,
    message: withoutSecretText(error.message),
    stack: withoutSecretText(error.stack ?? ""),
    ...Object.fromEntries(
      told
        .map((name) => [name, members[name]] as const)
        .filter(([, value]) => ["string", "number"].includes(typeof value)),
    ),
    // `path` of file errors only; fetch has an address under this name.
    ...(typeof path === "string" && path.startsWith("/") && { path }),
    ...(cause instanceof Error &&
      depth < deepest && { cause: describeError(cause, depth + 1) }),
  };
}

/** Patterns of secrets in texts from elsewhere, such as errors. */
const patterns: readonly [RegExp, string][] = [
  // A user and a password in an address.
  [/(:\/\/)[^\s/@"']+@/g, `$1${mask}@`],
  [
    /([?&][\w.-]*(?:token|secret|passw|key|sign|credential|auth)[\w.-]*=)[^&\s"'#]+/gi,
    `$1${mask}`,
  ],
  [
    /\b(bearer|basic|vapid|key=|aws4-hmac-sha256)(\s+)[^"'\n]+/gi,
    `$1$2${mask}`,
  ],
  // A member of JSON, or a header.
  [
    /("[\w-]*(?:token|secret|passw|authorization|key)[\w-]*"\s*:\s*")(?:[^"\\]|\\.)*/gi,
    `$1${mask}`,
  ],
  [
    /\b(authorization|cookie|x-[\w-]*(?:token|key))(\s*[:=]\s*)[^\n]+/gi,
    `$1$2${mask}`,
  ],
  // A JWT.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask],
];

export function withoutSecretText(text: string): string {
  return patterns.reduce(
    (left, [pattern, by]) => left.replace(pattern, by),
    text,
  );
}
