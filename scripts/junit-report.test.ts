import { expect, test } from "bun:test";
import { readReport } from "./junit-report.ts";

test("every test of a report is counted once, in groups too", () => {
  const report = readReport(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="5" failures="2" skipped="1" time="0.005">
  <testsuite name="a.test.ts" tests="5" failures="2" skipped="1">
    <testcase name="passes" classname="" time="0" line="2" assertions="0" />
    <testcase name="a &amp; &lt;b&gt;" classname="" time="0" line="2">
      <skipped />
    </testcase>
    <testcase name="fails" classname="" time="0" line="2" assertions="1">
      <failure type="AssertionError" message="1 &gt; 2">1 &gt; 2</failure>
    </testcase>
    <testsuite name="group" tests="2" failures="1">
      <testcase name="passes" classname="group" time="0" assertions="0" />
      <testcase name="(unnamed)" classname="group" time="0.00007">
        <failure type="Error" message="x">Error: x</failure>
      </testcase>
    </testsuite>
  </testsuite>
</testsuites>`);

  expect(report).toEqual({
    passed: 2,
    failed: ["fails", "group > (unnamed)"],
    skipped: ["a & <b>"],
  });
});
