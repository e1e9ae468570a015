import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of a few lines that take minutes: begun last, as small files are, they would run on when all else is done. */
const LONG = /(?:conformance|escapes|kill|docker|full-corpus|recordings)\.test\.ts$/;

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files);
    return [true, false].flatMap((isLong) => sorted.filter(({ moduleId }) => LONG.test(moduleId) === isLong));
  }
}

export default defineConfig({
  test: {
    include: ["{packages,sandboxes,plugins,examples}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/templates/**"],
    // Generous hang guards, not expectations: the machines that run this are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/pawl/test-report.json" }]],
  },
});
