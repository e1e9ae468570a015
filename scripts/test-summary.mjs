// Plain JavaScript on purpose: it runs on whatever Node calls .ci/run.
import { existsSync, readFileSync } from "node:fs";

const [path = "", otherSteps = "0"] = process.argv.slice(2);
let passed = 0;
let failed = otherSteps === "0" ? 0 : 1;
let skipped = 0;
if (existsSync(path)) {
  const report = JSON.parse(readFileSync(path, "utf8"));
  passed = report.numPassedTests;
  // A file that fails to load fails no test of its own, and still must not look green.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  failed = Math.max(failed, report.numFailedTests + brokenFiles.length);
  skipped = report.numPendingTests + report.numTodoTests;
} else {
  failed = Math.max(failed, 1);
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 ? 1 : 0;
