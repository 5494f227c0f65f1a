import { expect, test } from "bun:test";

import { createBacklog } from "./backlog.ts";

test("whoever has most waiting is dropped when all together have too much", () => {
  const dropped: string[] = [];
  const backlog = createBacklog<string>(100, (client) => dropped.push(client));
  backlog.set("ann", 30);
  backlog.set("bob", 60);
  backlog.set("cid", 10);
  expect(dropped).toEqual([]);
  backlog.set("ann", 31);
  expect(dropped).toEqual(["bob"]);
  // Dropped clients and clients that caught up no longer count.
  backlog.set("ann", 0);
  backlog.set("dan", 90);
  expect(dropped).toEqual(["bob"]);
  backlog.set("eve", 101);
  expect(dropped).toEqual(["bob", "eve"]);
});
