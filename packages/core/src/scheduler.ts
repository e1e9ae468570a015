import { type Standstill, PawlError } from "@pawl/plugin";
import PQueue from "p-queue";
import { spentBudget } from "./budget.ts";
import type { EndReason } from "./events.ts";
import { type Proposed, propose } from "./experiment/1-propose.ts";
import type { Candidate, RunContext } from "./experiment/context.ts";
import { recordFailure } from "./experiment/finish.ts";
import { trip } from "./experiment/trip.ts";
import { OutOfBudget } from "./out-of-budget.ts";

/**
 * Keeps up to `concurrency` experiments in flight until a budget is spent, ideas run out, or `draining` says so.
 * The first error aborts the others through `abort` and is thrown when all have come to rest.
 */
export async function schedule(
  context: RunContext,
  waiting: readonly Candidate[],
  { draining, abort }: { draining: AbortSignal; abort: (reason: unknown) => void },
): Promise<EndReason | "drained"> {
  const { state } = context;
  const keeping = new PQueue({ concurrency: 1 });
  const inFlight = new Set<Promise<void>>();
  const left = [...waiting];
  let broken: { error: unknown } | undefined;
  const breakWith = (error: unknown): void => {
    broken ??= { error };
    abort(error);
  };
  const launch = (candidate: Candidate): void => {
    const running = trip(context, candidate, keeping)
      .catch((error: unknown) => (error instanceof OutOfBudget ? giveUp(context, candidate, error) : breakWith(error)))
      .catch(breakWith)
      .finally(() => inFlight.delete(running));
    inFlight.add(running);
  };

  let end: EndReason | "drained" | undefined;
  let silent: Standstill | undefined;
  while (silent === undefined && broken === undefined && end === undefined) {
    if (inFlight.size >= state.options.concurrency) {
      await Promise.race(inFlight);
      continue;
    }
    if (context.signal.aborted || draining.aborted) {
      end = "drained";
      break;
    }
    const cutOff = left.shift();
    if (cutOff !== undefined) {
      // A proposal that could not be applied, and whose end was not written down in time.
      if (cutOff.proposed.files === undefined) {
        await recordFailure(context, cutOff, "invalid-proposal", "the proposal could not be applied", []);
      } else launch(cutOff);
      continue;
    }
    end = context.outOfBudget ? "usd" : spentBudget(state, context.workedMs());
    if (end !== undefined) {
      // Patience and failures in a row may look different when those in flight have come in.
      if (inFlight.size > 0) {
        await Promise.race(inFlight);
        end = undefined;
      }
      continue;
    }
    try {
      context.guard.check();
      const proposed = await askWithin(context, draining);
      if (proposed === "stopped" || proposed === "failed") continue;
      if (proposed !== null && "standstill" in proposed) {
        if (proposed.standstill === "unaffordable") context.outOfBudget = true;
        else if (proposed.standstill === "unavailable") silent = proposed;
      } else if (proposed !== null) launch(proposed);
      else if (inFlight.size > 0) await Promise.race(inFlight);
      else end = "no-more-ideas";
    } catch (error) {
      if (error instanceof OutOfBudget) context.outOfBudget = true;
      else breakWith(error);
    }
  }
  await Promise.all(inFlight);
  if (broken !== undefined) throw broken.error;
  if (silent !== undefined) throw unavailable(context, silent);
  return end ?? "drained";
}

/** Whoever has the ideas does not answer. What was in flight has come to its end by now. */
function unavailable({ project }: RunContext, { reason }: Standstill): PawlError {
  const { name } = project.plugins.proposer;
  return new PawlError("PAWL_MODEL_UNAVAILABLE", `the proposer "${name}" has no answer: ${reason}`, {
    path: "proposer",
    remedy: 'When the provider is back, "pawl resume" goes on where the run stopped.',
  });
}

/** Ends an experiment for which there is no more money: nothing is known of its candidate. */
function giveUp(context: RunContext, candidate: Candidate, { message }: OutOfBudget): Promise<void> {
  context.outOfBudget = true;
  return recordFailure(context, candidate, "out-of-budget", message, []);
}

/** Asks for a proposal, but no longer than the run's wall budget lasts or until the run drains. */
async function askWithin(context: RunContext, draining: AbortSignal): Promise<Proposed | "stopped"> {
  const { wallMs } = context.state.options.budget;
  const timer = new AbortController();
  const left = wallMs === undefined ? undefined : Math.max(0, wallMs - context.workedMs());
  const timeout = left === undefined ? undefined : setTimeout(() => timer.abort(), Math.min(left, 2_147_483_647));
  const signal = AbortSignal.any([context.signal, draining, timer.signal]);
  try {
    return await propose(context, signal);
  } catch (error) {
    if (signal.aborted && !context.signal.aborted) return "stopped";
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}
