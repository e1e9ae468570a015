import type { Execution, Limits, Output, Usage } from "@pawl/plugin";
import { sumOfUses } from "../model-use.ts";

/** What of a usage adds up. */
type Amount = Exclude<keyof Usage, "peakMemoryMb" | "models">;
type Ok = Execution & { readonly outcome: "ok" };

/**
 * Several executions as one: outputs one after the other, usage summed, memory at its highest. All but the last must
 * have gone well; the last one says how it ended.
 */
export function joined(runs: readonly Execution[]): Execution {
  const last = runs.at(-1);
  if (last === undefined) throw new Error("there is nothing to join");
  const rest = {
    usage: sumOf(runs.map(({ usage }) => usage)),
    limits: last.limits,
    stdout: runs.map(({ stdout }) => stdout).join(""),
    stderr: runs.map(({ stderr }) => stderr).join(""),
  };
  if (last.outcome !== "ok") return { ...rest, outcome: last.outcome, reason: last.reason };
  return { ...rest, outcome: "ok", outputs: runs.flatMap((run) => (run.outcome === "ok" ? run.outputs : [])) };
}

function sumOf(usages: readonly Usage[]): Usage {
  const total = (name: Amount): number | undefined => {
    const known = usages.flatMap((usage) => usage[name] ?? []);
    // A sum over some of the blocks only would look like the usage of all.
    return known.length < usages.length ? undefined : known.reduce((sum, each) => sum + each, 0);
  };
  const [cpuMs, gpuSeconds, outputBytes] = [total("cpuMs"), total("gpuSeconds"), total("outputBytes")];
  const usd = total("usd");
  const models = modelsOf(usages);
  const peaks = usages.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []);
  return {
    wallMs: total("wallMs") ?? 0,
    ...(cpuMs === undefined ? {} : { cpuMs }),
    ...(peaks.length === 0 ? {} : { peakMemoryMb: Math.max(...peaks) }),
    ...(gpuSeconds === undefined ? {} : { gpuSeconds }),
    ...(outputBytes === undefined ? {} : { outputBytes }),
    ...(usd === undefined ? {} : { usd }),
    ...(models === undefined ? {} : { models }),
  };
}

function modelsOf(usages: readonly Usage[]): Usage["models"] {
  const all = usages.flatMap(({ models }) => (models === undefined ? [] : Object.entries(models)));
  if (all.length === 0) return usages.find(({ models }) => models !== undefined)?.models;
  const byName = Map.groupBy(all, ([name]) => name);
  return Object.fromEntries([...byName].map(([name, uses]) => [name, sumOfUses(uses.map(([, use]) => use))]));
}

/** Outputs that were made in another order, back in the order of the cases: output `i` belongs to case `order[i]`. */
export function inOrder(execution: Execution, order: readonly number[]): Execution {
  if (execution.outcome !== "ok") return execution;
  const outputs: Output[] = Array.from({ length: order.length });
  for (const [index, position] of order.entries()) outputs[position] = execution.outputs[index] as Output;
  return { ...execution, outputs } satisfies Ok;
}

/** What all blocks of a candidate use together must stay within what one execution may use. */
export function fixedBudget(execution: Execution, limits: Limits): Execution {
  if (execution.outcome !== "ok") return execution;
  const { outputs: _outputs, artifacts: _artifacts, ...base } = execution;
  const { wallMs, cpuMs = 0, gpuSeconds = 0, outputBytes = 0 } = execution.usage;
  if (wallMs > limits.wallMs) return { ...base, outcome: "timeout", reason: over("wall time", limits.wallMs, "ms") };
  if (limits.cpuMs !== undefined && cpuMs > limits.cpuMs) {
    return { ...base, outcome: "timeout", reason: over("CPU time", limits.cpuMs, "ms") };
  }
  if (limits.gpu !== undefined && gpuSeconds > limits.gpu.seconds) {
    return { ...base, outcome: "timeout", reason: over("GPU time", limits.gpu.seconds, "s") };
  }
  if (outputBytes > limits.outputBytes) {
    return { ...base, outcome: "output-limit", reason: over("output", limits.outputBytes, "bytes") };
  }
  return execution;
}

const over = (what: string, limit: number, unit: string): string =>
  `its blocks took more than ${limit} ${unit} of ${what} together`;
