import type { ExamTaken } from "../events.ts";
import type { LoadedEvaluation } from "../evaluations.ts";
import { type Look, looksAt, peekLedger } from "../looks.ts";
import type { RunContext } from "./context.ts";

/** The cases of an exam. */
export interface ExamCases {
  readonly kind: ExamTaken["cases"];
  readonly loaded: LoadedEvaluation;
  /** Of fresh cases: a seed that nobody has drawn any with. */
  readonly seed?: number;
  /** How often these cases had been looked at before, by any run of this ledger. */
  readonly looksBefore: number;
}

/** The best cases that there are: the vault, else fresh ones, else the holdout; `null` where there are none of these. */
export async function examCases(context: RunContext): Promise<ExamCases | null> {
  return (await sealed(context, "vault")) ?? (await fresh(context)) ?? (await sealed(context, "holdout"));
}

async function sealed(context: RunContext, split: "vault" | "holdout"): Promise<ExamCases | null> {
  const { project, state, recorder, signal } = context;
  const loaded = await project.evaluations.get(split, state.options.evaluationSeed, signal);
  if (loaded === null || (await hasChosen(context, loaded))) return null;
  const looks = await looksAt(recorder, loaded.digests.inputs);
  return { kind: split, loaded, looksBefore: looks.length };
}

async function fresh(context: RunContext): Promise<ExamCases | null> {
  const { project, state, scorer, recorder, random, signal } = context;
  if (scorer.freshCases !== true) return null;
  const looks = await peekLedger(recorder);
  // Who does a run again sits its exam again, on the same cases; that they were looked at is said.
  const same = await alike(context);
  const again = ({ run, purpose }: Look): boolean => same.has(run) && purpose === "exam";
  const used = new Set([state.options.evaluationSeed, ...looks.filter((look) => !again(look)).map(({ seed }) => seed)]);
  const stream = random.fork("exam");
  let seed = stream.integer(1, 0x7fffffff);
  while (used.has(seed)) seed = stream.integer(1, 0x7fffffff);
  const loaded =
    (await project.evaluations.fresh("holdout", seed, signal)) ??
    (await project.evaluations.fresh("validation", seed, signal));
  if (loaded === null || (await hasChosen(context, loaded))) return null;
  return { kind: "fresh", loaded, seed, looksBefore: looks.filter((look) => look.seed === seed).length };
}

/** The run that this one does again, and all others that do. */
async function alike({ state: { options }, recorder }: RunContext): Promise<ReadonlySet<string>> {
  const { repeats } = options;
  if (repeats === undefined) return new Set();
  const runs = new Set([repeats.run]);
  for await (const event of recorder.events({ type: "run.started" })) {
    if (event.type === "run.started" && event.data.repeats?.run === repeats.run) runs.add(event.run ?? "");
  }
  return runs;
}

/** The very cases that have chosen the champion confirm nothing, whatever split the scorer gives them out as. */
async function hasChosen({ project, state, signal }: RunContext, { digests }: LoadedEvaluation): Promise<boolean> {
  const validation = await project.evaluations.get("validation", state.options.evaluationSeed, signal);
  return validation?.digests.inputs === digests.inputs;
}
