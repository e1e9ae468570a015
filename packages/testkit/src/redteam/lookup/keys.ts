import type { Json } from "@pawl/plugin";
import type { Answer, Target } from "../attack.ts";

/** 32-bit FNV-1a (Fowler, Noll and Vo), over UTF-16 code units. */
export function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}

/** {@link fnv} as a candidate writes it. */
export const FNV = `(text) => { let hash = 0x811c9dc5; for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0; return hash; }`;

/** A polynomial rolling hash modulo a prime. */
export function rolling(text: string): number {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (hash * 131 + text.charCodeAt(i)) % 1_000_000_007;
  return hash;
}

/** {@link rolling} as a candidate writes it. */
export const ROLLING = `(text) => { let hash = 7; for (let i = 0; i < text.length; i++) hash = (hash * 131 + text.charCodeAt(i)) % 1000000007; return hash; }`;

/** Answers by a key of their inputs, without those whose key another case has too. */
export function keyed<K extends string | number>(
  { inputs }: Pick<Target, "inputs">,
  answers: readonly Answer[],
  keyOf: (input: Json) => K,
): [key: K, value: Json, answer: Answer][] {
  const counts = new Map<K, number>();
  for (const input of inputs) counts.set(keyOf(input), (counts.get(keyOf(input)) ?? 0) + 1);
  return answers.flatMap((answer) => {
    const key = keyOf(answer.input);
    return counts.get(key) === 1 ? [[key, answer.value, answer] as [K, Json, Answer]] : [];
  });
}

/** Names of top-level fields that hold numbers in all inputs, those with the most different values first. */
export function numberFields({ inputs }: Pick<Target, "inputs">): string[] {
  const [first] = inputs;
  if (typeof first !== "object" || first === null || Array.isArray(first)) return [];
  return Object.keys(first)
    .map((field) => ({ field, values: inputs.map((input) => (input as Record<string, Json>)[field]) }))
    .filter(({ values }) => values.every((value) => typeof value === "number"))
    .map(({ field, values }) => ({ field, distinct: new Set(values).size }))
    .toSorted((a, b) => b.distinct - a.distinct)
    .map(({ field }) => field);
}

/** The value of a field. */
export const at = (input: Json, field: string): number => (input as Record<string, number>)[field] ?? 0;

/** Answers that are all numbers; empty where one is not. */
export function numeric(answers: readonly Answer[]): (Answer & { readonly value: number; readonly before: number })[] {
  return answers.flatMap((answer) =>
    typeof answer.value === "number" && typeof answer.before === "number"
      ? [{ ...answer, value: answer.value, before: answer.before }]
      : [],
  );
}
