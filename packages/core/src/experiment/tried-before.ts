import { type GateVerdict, reject } from "@pawl/plugin";
import { TRIED_BEFORE } from "../notebook/rules.ts";
import type { Candidate, Judgement, RunContext } from "./context.ts";

/**
 * Stops a candidate that is the same as an earlier one but for layout and comments, where that one came to nothing for a
 * reason that would be the same again, against the same champion and under the same lock. Asked only where money is at
 * stake: a search that costs nothing does not wait for it. To run it again until chance is on its side would be no
 * evidence either.
 */
export async function triedBefore(context: RunContext, candidate: Candidate): Promise<Judgement | undefined> {
  // A person who approves an experiment wants it tried again.
  if (candidate.proposed.approves !== undefined || !costsMoney(context, candidate)) return undefined;
  const twin = await context.notebook.twin(candidate.files);
  if (twin === undefined) return undefined;
  const { run, experiment, reason } = twin;
  const where = run === context.state.run ? `experiment ${experiment}` : `experiment ${experiment} of ${run}`;
  const verdict: GateVerdict = {
    ...reject(TRIED_BEFORE, `the same as ${where} but for layout and comments, which was ${reason}`, {
      run,
      experiment,
    }),
    gate: "notebook",
    step: "inspect",
  };
  return { verdicts: [verdict], stopped: verdict };
}

function costsMoney({ project }: RunContext, { proposed: { cost, exchanges } }: Candidate): boolean {
  const { limits } = project.config;
  const paid = (cost?.usd ?? 0) > 0 || (cost?.inputTokens ?? 0) > 0 || exchanges !== undefined;
  return paid || limits.network === "gateway" || limits.gpu !== undefined;
}
