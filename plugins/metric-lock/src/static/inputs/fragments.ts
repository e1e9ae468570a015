import type { Split } from "@pawl/plugin";
import type { InputIndex } from "./input-index.ts";

/** Texts of inputs that are long enough to hold passages. */
const LONG = 80;
/** A passage of so many characters is not written twice by accident. */
const PASSAGE = 40;
const STRIDE = PASSAGE / 2;
/** Characters that may be gone through for one constant. */
const MOST_STEPS = 100_000_000;

/** A passage that stands in a constant and in an input. */
export interface Fragment {
  readonly split: Split;
  readonly text: string;
}

const joined = new WeakMap<InputIndex, string>();

/** The long texts of a split in a row. */
function longTexts(index: InputIndex): string {
  let texts = joined.get(index);
  if (texts === undefined) {
    const found = [...index.fields.values()].flatMap(({ counts }) =>
      [...counts.keys()].filter((value) => typeof value === "string" && value.length >= LONG),
    );
    joined.set(index, (texts = found.join("\0")));
  }
  return texts;
}

/** A passage of the inputs within a text. What is said in the train split as well may be known from there. */
export function fragmentIn(text: string, indexes: ReadonlyMap<Split, InputIndex>): Fragment | undefined {
  if (text.length < PASSAGE) return undefined;
  const train = indexes.get("train");
  const shown = train === undefined ? "" : longTexts(train);
  for (const [split, index] of indexes) {
    if (split === "train") continue;
    const texts = longTexts(index);
    if (texts === "") continue;
    const most = Math.max(1, Math.floor(MOST_STEPS / texts.length));
    const stride = Math.max(STRIDE, Math.ceil(text.length / most));
    for (let at = 0; at + PASSAGE <= text.length; at += stride) {
      const passage = text.slice(at, at + PASSAGE);
      if (texts.includes(passage) && !shown.includes(passage)) return { split, text: passage };
    }
  }
  return undefined;
}
