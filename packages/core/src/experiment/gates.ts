import { type Gate, type GateVerdict, PawlError, type Verdict, verdictSchema } from "@pawl/plugin";
import type { ExperimentProposed } from "../events.ts";
import type { Judgement, RunContext } from "./context.ts";

/**
 * Asks the gates in the order of the config until one does not pass. A gate that throws, or answers with something
 * that is no verdict, rejects: a broken gate must never let anything through. For the second try of an experiment that
 * a person approved, the holds that this person saw do not stop it; they stay what they are in the record.
 */
export async function askGates(
  { project, signal, state, guard }: RunContext,
  { approves }: ExperimentProposed,
  step: GateVerdict["step"],
  ask: (gate: Gate, index: number) => Promise<Verdict | undefined> | undefined,
  /** Hears of every verdict before the next gate is asked, and may add to it. */
  note: (verdict: GateVerdict, index: number) => Promise<GateVerdict> | GateVerdict = (verdict) => verdict,
): Promise<Judgement> {
  const verdicts: GateVerdict[] = [];
  const seen = approves === undefined ? undefined : state.holds.get(approves);
  const isApproved = ({ decision, code }: Verdict, gate: string): boolean =>
    decision === "hold" &&
    seen?.review?.decision === "approved" &&
    // Under another lock another thing was held.
    seen.lock === guard.reference.digest &&
    seen.holds.some((hold) => hold.gate === gate && hold.code === code);
  for (const [index, { name, instance }] of project.plugins.gates.entries()) {
    const answer = await answerOf(() => ask(instance, index), signal);
    if (answer === undefined) continue;
    const approved = isApproved(answer, name);
    const verdict = await note({ ...answer, gate: name, step, ...(approved ? { approved } : {}) }, index);
    verdicts.push(verdict);
    if (verdict.decision !== "pass" && !approved) return { verdicts, stopped: verdict };
  }
  return { verdicts, stopped: undefined };
}

/** What a gate may meet when it runs a candidate again, and what is no fault of the gate: the run must stop. */
const NO_FAULT = new Set<string>([
  "PAWL_SEAL_BROKEN",
  "PAWL_LOCK_VIOLATION",
  "PAWL_BUDGET_SPENT",
  "PAWL_MODEL_UNAVAILABLE",
  "PAWL_MODEL_NOT_RECORDED",
]);

async function answerOf(
  ask: () => Promise<Verdict | undefined> | undefined,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  let answer: unknown;
  try {
    answer = await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PawlError && NO_FAULT.has(error.code)) throw error;
    return { decision: "reject", code: "PAWL_GATE_ERROR", reason: `the gate threw: ${String(error)}` };
  }
  if (answer === undefined) return undefined;
  const parsed = verdictSchema.safeParse(answer);
  if (parsed.success && parsed.data.decision === (answer as Verdict).decision) return parsed.data as Verdict;
  if (parsed.success) return { decision: "reject", code: "PAWL_GATE_ERROR", reason: "its answer was read in two ways" };
  const [issue] = parsed.error.issues;
  const reason = `the gate's answer is no verdict: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  return { decision: "reject", code: "PAWL_GATE_ERROR", reason };
}
