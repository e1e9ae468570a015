import { type Ledger, type PawlEvent, PawlError, type RunState, applyEvent, startState } from "@pawl/core";

/**
 * Folds a run's events into its state, oldest first, and shows each event to `visit` before it is applied.
 * @throws PawlError `PAWL_RUN_NOT_FOUND`, `PAWL_LEDGER_CORRUPT`, `PAWL_LEDGER_NEWER`
 */
export async function readRun(
  ledger: Ledger,
  run: string,
  visit: (event: PawlEvent, state: RunState | undefined) => void | Promise<void> = () => {},
): Promise<RunState> {
  let state: RunState | undefined;
  for await (const row of ledger.events({ run })) {
    const event = row as unknown as PawlEvent;
    await visit(event, state);
    if (event.type === "run.started") state = startState(event);
    else if (state !== undefined) applyEvent(state, event);
  }
  if (state !== undefined) return state;
  throw new PawlError("PAWL_RUN_NOT_FOUND", `there is no run "${run}"`, { remedy: 'See "pawl status".' });
}
