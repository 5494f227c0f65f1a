import { builtinModules } from "node:module";
import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { importTable } from "./scripts/import-table.mjs";

const named = "Use a named export: one name for a thing, everywhere.";

const timeless =
  "No limit of time in a test: a busy machine exceeds any. What hangs is found by scripts/run-tests.ts.";

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      "**/*.generated.*",
      "**/generated/",
      "coverage/",
      "data/",
      "**/recorded/data/",
      "**/fixtures/",
    ],
  },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { parley: { rules: { "import-table": importTable } } },
    rules: {
      // A floating promise is a bug in a server: nobody hears of its failure.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          // bun:test waits for these itself.
          allowForKnownSafeCalls: [
            {
              from: "package",
              package: "bun-types",
              name: ["test", "it", "describe"],
            },
          ],
        },
      ],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/return-await": ["error", "in-try-catch"],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "separate-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Parts are objects of closures, made to be taken apart; none uses `this`.
      "@typescript-eslint/unbound-method": "off",
      // The type checker knows which globals there are.
      "no-undef": "off",
      // An interface may promise more than one of its implementations needs.
      "@typescript-eslint/require-await": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-imports": [
        "error",
        {
          paths: builtinModules
            .filter((name) => !name.includes(":"))
            .map((name) => ({ name, message: `Write "node:${name}".` })),
        },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: named },
      ],
      "parley/import-table": "error",
    },
  },
  {
    files: [
      "**/*.test.ts",
      "**/*.contract.ts",
      "e2e/**",
      "bench/**",
      "examples/**",
    ],
    rules: {
      // Tests and examples read replies of which they know the shape, and tests
      // hand over wrong values on purpose.
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/await-thenable": "off", // expect(…).rejects
      "parley/import-table": "off",
    },
  },
  {
    files: ["**/*.test.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...[
          "CallExpression[callee.name='setDefaultTimeout']",
          "CallExpression[arguments.1.type=/Function/][arguments.2.type='Literal']",
          "CallExpression[callee.name=/^(before|after)(All|Each)$/][arguments.length=2]",
        ].map((selector) => ({ selector, message: timeless })),
      ],
    },
  },
  {
    // The linter does not see casts in comments.
    files: ["**/*.mjs"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  {
    // What these tools read by default export.
    files: ["*.config.js", "*.config.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
