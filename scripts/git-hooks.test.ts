import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const hooks = join(import.meta.dir, "..", ".githooks");
let repository: string;

function git(args: string[], env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], {
    cwd: repository,
    // Not this process's: inside a hook, git's variables point at our own
    // repository.
    env: {
      PATH: process.env.PATH,
      HOME: repository,
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@example.org",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@example.org",
      ...env,
    },
  });
  return { ok: exitCode === 0, output: stdout.toString() + stderr.toString() };
}

function stage(name: string, content: string) {
  writeFileSync(join(repository, name), content);
  git(["add", "--", name]);
}

const commit = (title: string, env?: Record<string, string>) =>
  git(["commit", "--allow-empty", "-m", title], env);

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "parley-hooks-"));
  git(["init", "--quiet", "--initial-branch=main"]);
  git(["config", "core.hooksPath", hooks]);
});
afterAll(() => {
  rmSync(repository, { recursive: true, force: true });
});

describe("the hooks in a scratch repository", () => {
  test("let a good commit pass", () => {
    stage("a file.txt", "hello\n");
    expect(commit("feat: add a first file")).toMatchObject({ ok: true });
  });

  test("reject a bad title", () => {
    const { ok, output } = commit("added stuff");
    expect(ok).toBe(false);
    expect(output).toContain("type(scope): description");
  });

  test("hold a release branch to its own scope", () => {
    git(["switch", "--quiet", "--create", "release-v1.4"]);
    expect(commit("fix: answer pings").ok).toBe(false);
    expect(commit("fix(release-v1.4): answer pings").ok).toBe(true);
    git(["switch", "--quiet", "main"]);
  });

  test("reject a file over 2 MB, unless the limit is raised", () => {
    stage("large.bin", "x".repeat(2_000_001));
    const { ok, output } = commit("feat: add a large file");
    expect(ok).toBe(false);
    expect(output).toContain("large.bin: 2000001 bytes");
    expect(
      commit("feat: add a large file", { GIT_FILE_SIZE_LIMIT: "3000000" }).ok,
    ).toBe(true);
  });

  test("leave a large file that was let in before alone", () => {
    expect(commit("docs: say why it is so large").ok).toBe(true);
  });

  test("reject a private key, unless it says that it is none", () => {
    const key = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");
    stage("key.pem", `${key}\n`);
    const { ok, output } = commit("feat: add a key pair");
    expect(ok).toBe(false);
    expect(output).toContain("key.pem:1");
    stage("key.pem", `${key} not-a-secret\n`);
    expect(commit("feat: add a key pair").ok).toBe(true);
  });
});
