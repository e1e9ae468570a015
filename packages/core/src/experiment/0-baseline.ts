import { type Files, PawlError } from "@pawl/plugin";
import { blobDigest } from "../ledger/hash.ts";
import { execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import type { Candidate, RunContext } from "./context.ts";
import { recordEnding, recordFailure } from "./finish.ts";

/** Writes down that the unchanged content is going to be measured. */
export async function proposeBaseline(context: RunContext, files: Files): Promise<Candidate> {
  const { state, recorder } = context;
  const proposed = {
    experiment: state.next,
    parent: null,
    hypothesis:
      state.lock.epoch === 1 || state.next === 0 ? "the unchanged surface" : "the champion under the new lock",
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, blobDigest(text)])),
  };
  await recorder.record([{ type: "experiment.proposed", data: proposed }], Object.values(files));
  return { proposed, files };
}

/**
 * Measures the content that everything is compared with.
 * @throws PawlError `PAWL_BASELINE_FAILED`
 */
export async function measureBaseline(context: RunContext, candidate: Candidate): Promise<void> {
  const { project, state, signal } = context;
  context.guard.check();
  const loaded = await project.evaluations.get("validation", state.options.evaluationSeed, signal);
  if (loaded === null) {
    throw new PawlError("PAWL_PLUGIN_INVALID", "the scorer has no validation split", {
      path: "scorer",
      remedy: 'Let load("validation", seed) return the cases that decide.',
    });
  }
  const { experiment } = candidate.proposed;
  const execution = await execute(context, { id: `${experiment}/validation`, files: candidate.files, loaded });
  if (execution.outcome !== "ok") {
    await recordFailure(context, candidate, execution.outcome, execution.reason, [], execution);
    throw failed(context, `${execution.outcome}: ${execution.reason}`);
  }
  const scored = await score(context, execution, loaded.evaluation);
  if ("problem" in scored) {
    await recordFailure(context, candidate, "invalid-score", scored.problem, [], execution);
    throw failed(context, scored.problem);
  }
  await recordEnding(context, candidate, {
    status: "kept",
    reason: "it is what the others are compared with",
    verdicts: [],
    score: scored,
    execution,
  });
  context.baseline = { experiment, files: candidate.files, score: scored };
  context.champion = context.baseline;
}

function failed({ project }: RunContext, why: string): PawlError {
  return new PawlError("PAWL_BASELINE_FAILED", `the surface as it stands cannot be measured: ${why}`, {
    path: project.config.surface.join(", "),
    remedy: "Mend the surface, the scorer or the limits, commit, and start again.",
  });
}
