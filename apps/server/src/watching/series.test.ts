import { expect, test } from "bun:test";

import { createSeries } from "./series.ts";

test("each kind of series is written as Prometheus reads it", async () => {
  const series = createSeries();
  const sent = series.counter("sent_total", "Messages sent");
  sent.inc();
  sent.inc(2);
  const answers = series.counters("answers", "Answers", ["path", "code"]);
  answers.inc(["/a", "0"]);
  answers.inc(["/b", "1"], 4);
  answers.inc(["/a", "0"]);
  series.counters("never", "Did not happen", ["why"]);
  series.read("gauge", "open", "Open now", async () => 7);
  const delay = series.histogram("delay", "Delay", [0.1, 1]);
  for (const each of [0.1, 0.5, 0.5, 3]) delay.observe(each);

  expect(await series.render()).toBe(`# HELP sent_total Messages sent
# TYPE sent_total counter
sent_total 3

# HELP answers Answers
# TYPE answers counter
answers{path="/a",code="0"} 2
answers{path="/b",code="1"} 4

# HELP never Did not happen
# TYPE never counter

# HELP open Open now
# TYPE open gauge
open 7

# HELP delay Delay
# TYPE delay histogram
delay_bucket{le="0.1"} 1
delay_bucket{le="1"} 3
delay_bucket{le="+Inf"} 4
delay_sum 4.1
delay_count 4
`);
});

test("a label's value cannot end its line or add another label", async () => {
  const series = createSeries();
  const asked = series.counters("asked", "Asked", ["name"]);
  asked.inc(['a"} 9\nfalse{x="\\']);
  expect((await series.render()).split("\n")[2]).toBe(
    String.raw`asked{name="a\"} 9\nfalse{x=\"\\"} 1`,
  );
});
