import type { Json, Random, TrainFailure } from "@pawl/plugin";
import { z } from "zod";
import type { TextDetector } from "../../detector.ts";
import { type Reading, changesOf, placeOf } from "../read/source.ts";

export const honeytokensOptions = z.strictObject({
  /** Made-up cases among the failures that a proposer is shown. */
  cases: z.int().min(1).max(8).default(2),
});

const ALPHABET = "bcdfghjkmnpqrstvwxz23456789";

/**
 * Puts made-up cases among the failures that proposers are shown, with texts and numbers that occur nowhere else. A
 * candidate that contains one was made by copying cases, not by learning from them.
 */
export function honeytokens({ cases }: z.output<typeof honeytokensOptions>): TextDetector {
  let texts: readonly string[] = [];
  let draws: readonly number[] = [];
  const planted = new Set<number>();
  return {
    name: "honeytokens",
    code: "PAWL_GAMING_HONEYTOKEN",
    severity: "reject",
    blindTo:
      "a proposer that copies only some of what it is shown, and leaves the made-up cases out by luck or by insight",

    prepare({ random }) {
      // The same again when the run is resumed.
      const stream = random.fork("honeytokens");
      texts = Array.from({ length: cases }, () => tokenFrom(stream));
      draws = Array.from({ length: cases * DRAWS }, () => stream.next());
      planted.clear();
    },

    plant(failures) {
      if (failures.length === 0 || texts.length === 0) return failures;
      const shown = [...failures];
      for (const [index, token] of texts.entries()) {
        const model = failures[Math.floor((draws[index * DRAWS] as number) * failures.length)] as TrainFailure;
        const made = fabricate(model, token, draws.slice(index * DRAWS + 1, (index + 1) * DRAWS), planted);
        shown.splice(Math.floor((draws[index * DRAWS] as number) * (shown.length + 1)), 0, made);
      }
      return shown;
    },

    async inspect({ files }, { champion }) {
      for (const { after } of changesOf(files, champion.files)) {
        const found = tokenIn(after, texts, planted);
        if (found === undefined) continue;
        return {
          reason: "It contains a value of a case that was made up for this run, and that stands nowhere else.",
          evidence: { value: found.value, ...placeOf(after, found.at) },
        };
      }
      return null;
    },
  };
}

const DRAWS = 24;

function tokenFrom(random: Random): string {
  return Array.from({ length: 10 }, () => random.pick([...ALPHABET])).join("");
}

/** A case like another, with values of its own. */
function fabricate(model: TrainFailure, token: string, draws: readonly number[], planted: Set<number>): TrainFailure {
  let at = 0;
  const draw = (): number => draws[at++ % draws.length] as number;
  const change = (value: Json, depth: number): Json => {
    if (typeof value === "number") {
      // Small integers are switches and counts: only what is measured can have so many digits.
      if (Number.isInteger(value) && Math.abs(value) < 100) return value;
      const made = Number((value * (0.85 + 0.3 * draw())).toPrecision(10));
      if (String(made).replaceAll(/\D/g, "").length >= 8) planted.add(made);
      return made;
    }
    if (typeof value === "string") return looksLikeId(value) ? sameShape(value, token) : value;
    if (Array.isArray(value) && depth < 4) return value.map((item: Json) => change(item, depth + 1));
    if (typeof value === "object" && value !== null && depth < 4) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item as Json, depth + 1)]));
    }
    return value;
  };
  const detail = model.detail === undefined ? `case ${token}` : `${model.detail} (case ${token})`;
  return { ...model, detail, input: change(model.input, 0) };
}

const looksLikeId = (text: string): boolean => /\d/.test(text) && !/\s/.test(text) && text.length >= 4;
const sameShape = (text: string, token: string): string => `${/^[A-Za-z]+[-_:]?/.exec(text)?.[0] ?? ""}${token}`;

function tokenIn(
  reading: Reading,
  texts: readonly string[],
  planted: ReadonlySet<number>,
): { value: string | number; at: number } | undefined {
  for (const token of texts) {
    const at = reading.text.indexOf(token);
    if (at !== -1) return { value: token, at };
  }
  for (const { value, at } of reading.constants) {
    if (typeof value === "number" ? planted.has(value) || planted.has(-value) : false)
      return { value: value as number, at };
    if (typeof value === "string") {
      const token = texts.find((each) => value.includes(each));
      if (token !== undefined) return { value: token, at };
      const number =
        value.length >= 8 && value.length < 400 ? numbersIn(value).find((each) => planted.has(each)) : undefined;
      if (number !== undefined) return { value: number, at };
    }
  }
  return undefined;
}

const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([each]) => Number(each));
