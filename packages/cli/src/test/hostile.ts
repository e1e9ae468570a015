/**
 * A project whose proposer is hostile: it has the right idea at the fourth experiment, and does something else on the
 * way. `attack` runs when the third is asked for, right before the idea that would be kept is tried.
 */
export const HOSTILE_CONFIG = `import { improvement } from "@pawl/gate-improvement";
import { defineConfig } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { hostile } from "./hostile.ts";
import { forecast } from "./scorer.ts";

export default defineConfig({
  surface: "sales.ts",
  proposer: hostile(),
  executor: isolate(),
  scorer: forecast(),
  gates: [improvement()],
  limits: { wallMs: 5_000, memoryMb: 64 },
  budget: { experiments: 6 },
});
`;

export const hostileProposer = (attack: string, imports = ""): string => `${imports}
import { readFileSync, writeFileSync, appendFileSync } from "node:fs";
import { defineProposer } from "@pawl/plugin";

const surface = (base: number, perDegree: number): string =>
  \`export default ({ temperature }: { temperature: number }): number => \${base} + \${perDegree} * temperature;\\n\`;

const attack = async (context: any): Promise<void> => { ${attack} };

export const hostile = defineProposer({
  name: "hostile",
  create: () => ({
    async propose(context) {
      const { experiment } = context;
      if (experiment === 3) await attack(context);
      const content = experiment < 3 ? surface(400 + experiment, 3) : surface(12 + 0.1 * experiment, 5.5);
      return { change: { kind: "files", files: { "sales.ts": content } }, hypothesis: "idea " + experiment };
    },
  }),
});
`;
