import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,sandboxes,plugins,examples}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/templates/**"],
    // Generous hang guards, not expectations: the machines that run this are shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/pawl/test-report.json" }]],
  },
});
