import type { Candidate, Judgement, RunContext } from "./context.ts";
import { championOf } from "./context.ts";
import { askGates } from "./gates.ts";

/** Step 2: gates look at the candidate's text, before anything of it runs. */
export function inspect(context: RunContext, { proposed, files }: Candidate): Promise<Judgement> {
  const { history, signal } = context;
  const champion = championOf(context);
  return askGates(context, "inspect", (gate) =>
    gate.inspect?.(
      { files },
      { experiment: proposed.experiment, hypothesis: proposed.hypothesis, champion, history },
      signal,
    ),
  );
}
