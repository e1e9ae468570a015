import { type Files, type Json, type Measured, PawlError } from "@pawl/plugin";
import type { ReplayOptions, Rerun, Subject, Trial } from "@pawl/plugin";
import { type LoadedEvaluation, batchOf, prepareEvaluation } from "../evaluations.ts";
import { type ExecutionRequest, execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import type { RunContext } from "./context.ts";
import { looker } from "./look.ts";
import { withDecoyFiles, withDecoyVariables } from "./decoys.ts";

/** What {@link Subject} names. */
type Subjects = Readonly<Record<Extract<Subject, string>, Measured>>;

/** Lets a gate run a content once more, in a fresh sandbox. Looks at the holdout are written down first. */
export function rerunner(
  context: RunContext,
  subjects: Subjects,
  trial: LoadedEvaluation,
  { gate, looked }: { readonly gate: string; readonly looked: () => void },
): Pick<Trial, "rerun" | "replay"> {
  const { project, state, signal } = context;
  const { experiment } = subjects.candidate;
  const nextId = (): string => `${experiment}/rerun-${(context.reruns += 1)}`;
  const look = looker(context, { experiment, gate }, looked);
  const filesOf = (subject: Subject): Files => (typeof subject === "string" ? subjects[subject].files : subject);
  return {
    async rerun({ split = "validation", seed, transform, subject = "candidate" } = {}): Promise<Rerun> {
      if (split === "vault") throw new Error("the vault is not opened before the end of the run");
      const own = seed === undefined || seed === state.options.evaluationSeed;
      const loaded = own
        ? await project.evaluations.get(split, state.options.evaluationSeed, signal)
        : await project.evaluations.fresh(split, seed, signal);
      if (loaded === null) throw new Error(`the scorer has no ${split} split`);
      if (split === "holdout") await look(loaded, subject, own ? undefined : seed);
      const changed = transform === undefined ? loaded : prepareEvaluation(transform(loaded.evaluation));
      const execution = await execute(context, { id: nextId(), files: filesOf(subject), loaded: changed });
      const { evaluation } = changed;
      if (execution.outcome !== "ok") return { execution, evaluation };
      const scored = await score(context, execution, evaluation);
      return "problem" in scored ? { execution, evaluation } : { execution, evaluation, score: scored };
    },

    async replay({ inputs, subject = "candidate", seed, executor = "first", decoys = {} }: ReplayOptions = {}) {
      const { evaluation, batch } = trial;
      const request: ExecutionRequest = {
        id: nextId(),
        engine: executor,
        entry: context.entry,
        files: withDecoyFiles(filesOf(subject), context.entry, decoys),
        loaded: {
          evaluation: { ...evaluation, seed: seed ?? evaluation.seed },
          batch: inputs === undefined ? batch : batchOf(inputs as readonly Json[]),
        },
      };
      const entry = withDecoyVariables(context.entry, decoys);
      if (entry === context.entry) return execute(context, request);
      try {
        return await execute(context, { ...request, entry });
      } catch (error) {
        // A sandbox whose programs have no environment: there is nothing to leave a variable in.
        if (!(error instanceof PawlError && error.path?.startsWith("entry.env") === true)) throw error;
        return execute(context, request);
      }
    },
  };
}
