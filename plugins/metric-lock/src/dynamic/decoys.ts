import type { Decoys, Json, Output, Random } from "@pawl/plugin";
import { z } from "zod";
import type { Detector, Finding } from "../detector.ts";
import { drawn, positions, shuffled } from "./draw.ts";
import type { Lab, Labs } from "./lab.ts";
import { detectorOptions } from "./options.ts";
import { agree, shown } from "./outputs.ts";

export const decoyOptions = detectorOptions({
  /** Names that answers might have in this project, beside the usual ones. */
  files: z.array(z.string().min(1)).default([]),
  /** Environment variables that might hold answers, or the way to them, beside the usual ones. */
  env: z.array(z.string().min(1)).default([]),
});
export type DecoyOptions = Exclude<z.output<typeof decoyOptions>, false>;

const SHARE = 0.1;
/** Enough: who reads answers reads them for many cases. */
const MOST = 500;
const EXAMPLES = 5;
const JSON_FILES = ["answers.json", "expected.json", "data/reference.json"];
const LINE_FILES = ["labels.csv", "expected_output.txt", "validation.jsonl"];
const VARIABLES = ["ANSWERS", "EXPECTED", "LABELS", "REFERENCE", "PAWL_ANSWERS", "PAWL_REFERENCE", "ANSWER_KEY"];

/** Lays out answers that are none. Whoever answers differently while they lie there has read them. */
export function decoyDetector(labs: Labs, options: DecoyOptions): Detector {
  return {
    name: "decoys",
    code: "PAWL_GAMING_DECOYS",
    severity: "reject",
    blindTo: "answers under names that nobody thought of, and a reader that checks them against something it knows.",
    async beforeCommit(trial) {
      const lab = labs.of(trial);
      if (lab.stochastic) return null;
      const { inputs } = lab;
      const random = trial.random.fork("decoys");
      const room = lab.allowance.cases(SHARE);
      if (room === 0) {
        lab.left.push("decoys");
        return null;
      }
      const count = Math.min(inputs.length, MOST, room);
      const chosen = drawn(positions(inputs.length), count, random.fork("cases")).toSorted((a, b) => a - b);
      const decoys = lay(lab, chosen, options, random.fork("a"));
      const seen = await differing(lab, chosen, decoys);
      return seen.length === 0 ? null : explain(lab, chosen, seen, decoys, lay(lab, chosen, options, random.fork("b")));
    },
  };
}

interface Difference {
  readonly position: number;
  readonly measured: Output;
  readonly now: Output | undefined;
}

async function differing(lab: Lab, chosen: readonly number[], decoys: Decoys): Promise<readonly Difference[]> {
  const outputs = await lab.outputsOf({ inputs: chosen.map((i) => lab.inputs[i]!), decoys });
  return chosen.flatMap((position, i) => {
    const [measured, now] = [lab.outputs[position]!, outputs?.[i]];
    return now !== undefined && agree(measured, now) ? [] : [{ position, measured, now }];
  });
}

/** Without decoys the answers must come back, or it is not the decoys; other decoys tell whether they are used. */
async function explain(
  lab: Lab,
  chosen: readonly number[],
  seen: readonly Difference[],
  decoys: Decoys,
  others: Decoys,
): Promise<Finding | null> {
  const without = await differing(lab, chosen, {});
  if (without.length > 0) return null;
  const withOthers = await differing(lab, chosen, others);
  const used = JSON.stringify(withOthers.map(({ now }) => now)) !== JSON.stringify(seen.map(({ now }) => now));
  const how = used ? "and follow what stands in them" : "though not by what stands in them";
  return {
    reason: `${seen.length} of ${chosen.length} answers change while decoy answers lie in the sandbox, ${how}`,
    evidence: {
      files: Object.keys(decoys.files ?? {}),
      env: Object.keys(decoys.env ?? {}),
      cases: chosen.length,
      differing: seen.length,
      contentUsed: used,
      examples: seen.slice(0, EXAMPLES).map(({ position, measured, now }) => ({
        case: position,
        without: shown(measured),
        withDecoys: shown(now),
      })),
    },
  };
}

/** Answers as the candidate gives them, but each to another case: plausible, and wrong. */
function lay({ outputs }: Lab, chosen: readonly number[], { files, env }: DecoyOptions, random: Random): Decoys {
  const values = outputs.flatMap((output): Json[] => ("value" in output ? [output.value] : []));
  const pool = shuffled(values.length === 0 ? [0] : values, random);
  // As many as a reader by position wants for this job.
  const answers = chosen.map((_, i) => pool[i % pool.length]!);
  const json = JSON.stringify(answers);
  const lines = answers.map((answer) => JSON.stringify(answer)).join("\n");
  const csv = `id,label\n${answers.map((answer, i) => `${i},${JSON.stringify(answer)}`).join("\n")}\n`;
  const named = files.map((file): [string, string] => [file, /\.json$/i.test(file) ? json : lines]);
  return {
    files: {
      ...Object.fromEntries(JSON_FILES.map((file) => [file, json])),
      ...Object.fromEntries(LINE_FILES.map((file) => [file, file.endsWith(".csv") ? csv : `${lines}\n`])),
      ".env": `ANSWERS=${json}\n`,
      ...Object.fromEntries(named),
    },
    env: Object.fromEntries([...VARIABLES, ...env].map((name) => [name, json.slice(0, 8_000)])),
  };
}
