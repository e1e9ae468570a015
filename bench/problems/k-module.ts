import { createRandom } from "@pawl/core";
import { type Problem, run } from "./loop.ts";

/**
 * The k-module problem of OpenEvolve's examples: a pipeline of four parts with five options each, one right
 * combination of 625, and a score that only says how many parts are right.
 */
const MODULES = {
  loader: ["csv", "json", "parquet", "xml", "sql"],
  preprocess: ["none", "scale", "normalize", "standardize", "log"],
  algorithm: ["linear", "tree", "svm", "knn", "neural"],
  formatter: ["text", "json", "html", "markdown", "table"],
} as const;

/** A random start and a random answer, by seed. */
export function kModule(seed: number): Problem {
  const random = createRandom(`k-module:${seed}`);
  const names = Object.keys(MODULES) as (keyof typeof MODULES)[];
  const draw = (): string[] => names.map((name) => random.pick<string>(MODULES[name]));
  const right = draw();
  const lines = draw().map((value, i) => {
    const name = names[i] as keyof typeof MODULES;
    return `    ${name}: ${JSON.stringify(value)}, // @tune ${JSON.stringify(MODULES[name])}`;
  });
  const source = ["export default () => {", "  return {", ...lines, "  };", "};", ""].join("\n");
  return {
    metric: { name: "right modules", direction: "maximize", range: [0, names.length] },
    files: { "pipeline.ts": source },
    score: (files) => {
      const chosen = (run(files["pipeline.ts"] ?? "") as () => Record<string, string>)();
      return names.filter((name, i) => chosen[name] === right[i]).length;
    },
    solved: (score) => score === names.length,
  };
}

/** Evaluations until random search, which never repeats itself, finds the answer: uniform over all combinations. */
export function randomKModule(seed: number): number {
  return createRandom(`k-module-random:${seed}`).integer(1, 5 ** 4);
}
