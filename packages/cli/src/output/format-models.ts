import type { ModelPair, ModelUse, Summary } from "@pawl/core";
import { dollars, plural } from "./numbers.ts";
import { sanitise } from "./text.ts";

const ROLES = { meta: "proposes", task: "is asked by candidates" } as const;

/** What each model was used for, and what it cost; and whether both sides are one family. */
export function modelLines({ modelUse, modelPair }: Summary, label: (text: string) => string): string[] {
  const uses = (["meta", "task"] as const).flatMap((role) =>
    Object.entries(modelUse[role]).map(([name, use]) => `${sanitise(name)} ${ROLES[role]}: ${useText(use)}`),
  );
  const lines = [...uses, ...(modelPair === null ? [] : [pairText(modelPair)])];
  return lines.map((line, index) => `${label(index === 0 ? "models" : "")}${line}`);
}

/** `3 calls, 1,200 tokens in, 80 out, $0.004` */
export function useText({ calls, inputTokens, outputTokens, usd }: ModelUse): string {
  const count = (value: number): string => Math.round(value).toLocaleString("en-US");
  const price = usd === undefined ? "" : `, ${dollars(usd)}`;
  return `${plural(calls, "call")}, ${count(inputTokens)} tokens in, ${count(outputTokens)} out${price}`;
}

/** Whether the model that proposes and the one under test are of one family. */
export function pairText({ meta, task, same }: ModelPair): string {
  if (same) return `meta and task model are of the same family: ${sanitise(meta.join(", "))}`;
  const families = `${sanitise(meta.join(", "))} proposes, ${sanitise(task.join(", "))} is under test`;
  return `meta and task model are of different families (${families}); same-model pairs do better`;
}
