import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, defineScorer, openProject, type PawlEvent, type Summary, writeLock } from "@pawl/core";
import type { Evaluation, PawlConfig } from "@pawl/plugin";
import { guardrails } from "@pawl/gate-guardrails";
import { improvement } from "@pawl/gate-improvement";
import { modelGateway } from "@pawl/gateway-model";
import type { Truth } from "../cases.ts";
import config from "../pawl.config.ts";
import { TASK } from "../models.ts";
import { BREACHES, COST, STEPS, supportScorer } from "../scorer.ts";

const FOLDER = join(import.meta.dirname, "..");

/** The example's scorer on fewer mails: enough for what is clear. */
const fewerMails = defineScorer<readonly Truth[]>({
  name: "example-support-agent-small",
  async create(_, context) {
    const { schema, create } = supportScorer({ price: TASK.price });
    const whole = await create(schema.parse({ price: TASK.price }) as never, context);
    return {
      ...whole,
      async load(split, seed, signal) {
        const evaluation = (await whole.load(split, seed, signal)) as Evaluation<readonly Truth[]> | null;
        const count = split === "train" ? 44 : 88;
        return evaluation === null
          ? null
          : (whole.slice?.(evaluation, [...evaluation.inputs.keys()].slice(0, count)) as Evaluation<readonly Truth[]>);
      },
    };
  },
});

/** How a small run differs from the example's. */
export interface SmallRun {
  readonly url: string;
  readonly recording: { readonly file: string; readonly mode: "record" | "replay" };
  readonly proposer: PawlConfig["proposer"];
  readonly experiments: number;
  readonly firstBlock?: number;
}

/** What became of a run. */
export interface Outcome {
  readonly summary: Summary;
  /** One for each experiment, the baseline first. */
  readonly finished: readonly PawlEvent<"experiment.finished">["data"][];
}

/** The example in a repository of its own, with real isolates and the real gateway, on fewer mails. */
export async function runSmall({ url, recording, proposer, experiments, firstBlock = 22 }: SmallRun): Promise<Outcome> {
  const root = await mkdtemp(join(tmpdir(), "pawl-support-"));
  try {
    const files = (await readdir(FOLDER)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    for (const file of files) await copyFile(join(FOLDER, file), join(root, file));
    const git = (...args: string[]): Buffer =>
      execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "start");
    const small: PawlConfig = {
      ...config,
      proposer,
      scorer: fewerMails(),
      gateway: modelGateway({ models: [{ ...TASK, url }], recording }),
      gates: [
        guardrails({ tolerances: { [BREACHES]: { limit: 0 }, [COST]: { relative: 1 }, [STEPS]: 2 } }),
        improvement({ bounds: [0, 1], control: "fdr", falseKeeps: 0.1 }),
      ],
      limits: { network: "gateway", wallMs: 300_000, memoryMb: 64 },
      firstBlock,
      budget: { experiments, usd: 10 },
    };
    const signal = AbortSignal.timeout(500_000);
    await writeLock(await openProject(small, { root }), { signal });
    const events: PawlEvent[] = [];
    const run = createEngine(small, { root }).run({ signal });
    for await (const event of run) events.push(event);
    const finished = events.flatMap((event) =>
      event.type === "experiment.finished" ? [(event as PawlEvent<"experiment.finished">).data] : [],
    );
    return { summary: await run.result, finished };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
