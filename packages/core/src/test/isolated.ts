import { setTimeout as sleep } from "node:timers/promises";
import { type PawlConfig, type ProposeContext, defineProposer } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { toyConfig } from "./toy.ts";

const FILE = "point.ts";

/** The toy's goal with code as the surface, so that real sandboxes run it. */
export const code = (x: number, y: number): string =>
  `export default (factor: number) => [${x} * factor, ${y} * factor];\n`;

/** As `stroll`, in code, and never faster than fifty ideas a second, however fast the machine. One in fifty never ends. */
const wander = defineProposer({
  name: "toy-wander",
  create: () => ({
    async propose({ champion, random, experiment }: ProposeContext, signal: AbortSignal) {
      await sleep(20, undefined, { signal });
      const [x = 0, y = 0] = (champion.files[FILE]?.match(/-?[\d.]+(?:e-?\d+)?(?= \*)/g) ?? []).map(Number);
      const next = code(x + 0.4 * random.normal(), y + 0.4 * random.normal());
      const content = experiment % 50 === 0 ? `while (true) {} // ${experiment}\n` : next;
      return { change: { kind: "files", files: { [FILE]: content } }, hypothesis: `step ${experiment}` };
    },
  }),
});

export function isolatedConfig(concurrency: number): PawlConfig {
  return toyConfig({
    surface: FILE,
    concurrency,
    executor: isolate(),
    proposer: wander(),
    limits: { wallMs: 400, memoryMb: 32 },
    budget: { experiments: 800, consecutiveFailures: 800 },
  });
}
