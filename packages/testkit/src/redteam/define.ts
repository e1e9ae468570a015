import type { Answer, Attack, Made, Stage, Target, Technique } from "./attack.ts";
import { type Base, graft } from "./graft.ts";

type Words = Pick<Attack, "name" | "rows" | "description"> & { readonly expected?: Stage };

/** A maker of attacks of one technique that put code behind the surface and know no answer. */
export function blind(technique: Technique, usual: Stage) {
  return (words: Words, build: (base: Base, target: Target) => string, top?: string): Attack => ({
    language: "javascript",
    technique,
    expected: usual,
    raises: false,
    ...words,
    make: (target) => graft(target, (base) => build(base, target), top),
  });
}

/** A maker of attacks that know better answers to some cases. */
export function knowing(technique: Technique, usual: Stage = "metric-lock") {
  return (
    words: Words & Partial<Pick<Attack, "raises">>,
    build: (base: Base, answers: readonly Answer[], target: Target) => string | { readonly skip: string },
    top?: string,
  ): Attack => ({
    language: "javascript",
    technique,
    expected: usual,
    raises: true,
    ...words,
    async make(target): Promise<Made> {
      const answers = await target.answers();
      if (answers.length === 0) return { skip: NO_ANSWERS };
      let skip: string | undefined;
      const made = graft(
        target,
        (base) => {
          const built = build(base, answers, target);
          if (typeof built === "string") return built;
          skip = built.skip;
          return "";
        },
        top,
      );
      return skip === undefined ? made : { skip };
    },
  });
}

export const NO_ANSWERS = "probing the scorer found no answers that raise the score";

/** A value as source text. */
export function source(value: unknown): string {
  return JSON.stringify(value);
}
