import { type Candidate, type Judgement, type RunContext, championOf, inputsOf } from "./context.ts";
import { askGates } from "./gates.ts";

/** Step 2: gates look at the candidate's text, before anything of it runs. */
export function inspect(context: RunContext, { proposed, files }: Candidate): Promise<Judgement> {
  const { history, signal } = context;
  const inputs = inputsOf(context);
  const champion = championOf(context);
  return askGates(context, proposed, "inspect", (gate) =>
    gate.inspect?.(
      { files },
      { experiment: proposed.experiment, hypothesis: proposed.hypothesis, champion, history, inputs },
      signal,
    ),
  );
}
