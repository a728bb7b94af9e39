#!/usr/bin/env node
/** The count of the last test run, once more: the last line of CI. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const summarize = (reportPath) => {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(reportPath, "utf8"));
  const skipped = testResults.flatMap((file) => file.assertionResults).filter((test) => ["pending", "skipped", "todo"].includes(test.status));
  const suites = [...new Set(skipped.map((test) => test.ancestorTitles.join(" > ") || test.fullName))];
  return { suites, line: `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${skipped.length} skipped` };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(summarize(fileURLToPath(new URL("../.cache/tests.json", import.meta.url))).line);
