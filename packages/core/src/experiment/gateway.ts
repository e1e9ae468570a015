import {
  type Execution,
  type GatewayReport,
  type GatewaySession,
  type Job,
  type Json,
  type ModelExchange,
  type ModelUse,
  type Output,
  PawlError,
  cleanJson,
} from "@pawl/plugin";
import type { GatewayUsed } from "../events.ts";
import { sumOfUses } from "../model-use.ts";
import { OutOfBudget } from "../out-of-budget.ts";
import type { Bench } from "./context.ts";

/** An execution, and what it asked of models: none where it could ask none. */
export interface Executed {
  readonly execution: Execution;
  readonly exchanges: readonly ModelExchange[];
}

/**
 * Runs a job with a way to the model gateway, where the config gives it one. What was used is written down whatever
 * comes of the execution: it was paid.
 * @throws PawlError `PAWL_MODEL_UNAVAILABLE`, `PAWL_MODEL_NOT_RECORDED`
 * @throws OutOfBudget
 */
export async function withGateway(
  context: Bench,
  job: Job,
  account: string,
  run: (gateway?: GatewaySession) => Promise<Execution>,
): Promise<Executed> {
  const { gateway } = context.project.plugins;
  if (gateway === undefined || job.limits.network !== "gateway") return { execution: await run(), exchanges: [] };
  const session = gateway.instance.open({ job: job.id, account, seed: job.seed, purse: context.wallet });
  let execution: Execution;
  let report: GatewayReport;
  try {
    execution = await run(session);
  } finally {
    report = await session.close();
    await writeDown(context, job.id, report);
  }
  stopFor(report, gateway.name);
  return { execution: metered(execution, report), exchanges: report.exchanges };
}

async function writeDown({ recorder }: Bench, job: string, { exchanges, ...rest }: GatewayReport): Promise<void> {
  if (recorder === undefined) return;
  const blob = exchanges.length === 0 ? undefined : recorder.packed(cleanJson(exchanges as unknown as Json));
  const data: GatewayUsed = { job, ...rest, ...(blob === undefined ? {} : { exchanges: blob.digest }) };
  await recorder.record([{ type: "gateway.used", data }], blob === undefined ? [] : [blob.content]);
}

/** An execution whose model was missing says nothing about the candidate. */
function stopFor({ trouble }: GatewayReport, gateway: string): void {
  if (trouble === undefined) return;
  const { kind, reason } = trouble;
  if (kind === "unaffordable") throw new OutOfBudget(reason);
  if (kind === "unavailable") {
    throw new PawlError("PAWL_MODEL_UNAVAILABLE", `"${gateway}" has no answer for the candidate: ${reason}`, {
      path: "gateway",
      remedy: 'When the provider is back, "pawl resume" goes on where the run stopped.',
    });
  }
  throw new PawlError("PAWL_MODEL_NOT_RECORDED", `"${gateway}" replays a recording that lacks an exchange: ${reason}`, {
    path: "gateway",
    remedy: "Record it again, or run live.",
  });
}

/** Adds to usage and outputs what the gateway has metered. */
function metered(execution: Execution, { models, exchanges }: GatewayReport): Execution {
  const total = sumOfUses(Object.values(models));
  const usage = { ...execution.usage, models, ...(total.usd === undefined ? {} : { usd: total.usd }) };
  if (execution.outcome !== "ok") return { ...execution, usage };
  return { ...execution, usage, outputs: withShares(execution.outputs, exchanges) };
}

/** What each case has used; what cannot be put down to a case is shared evenly. */
function withShares(outputs: readonly Output[], exchanges: readonly ModelExchange[]): readonly Output[] {
  const byCase = Map.groupBy(exchanges, (exchange) => exchange.case);
  const common = sumOfUses((byCase.get(undefined) ?? []).map(useOf));
  const cases = outputs.length;
  return outputs.map((output, index) => {
    const { calls, inputTokens, outputTokens, usd } = sumOfUses((byCase.get(index) ?? []).map(useOf));
    return {
      ...output,
      model: {
        calls: calls + common.calls / cases,
        inputTokens: inputTokens + common.inputTokens / cases,
        outputTokens: outputTokens + common.outputTokens / cases,
        ...(usd === undefined || common.usd === undefined ? {} : { usd: usd + common.usd / cases }),
      },
    };
  });
}

function useOf({ inputTokens, outputTokens, usd }: ModelExchange): ModelUse {
  return { calls: 1, inputTokens, outputTokens, ...(usd === undefined ? {} : { usd }) };
}
