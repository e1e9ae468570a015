import type { Operator } from "./operator.ts";
import { nudge } from "./nudge.ts";
import { partners } from "./partner.ts";
import { weighted } from "./choose.ts";

/**
 * Goes back to a structural change that was nearly good enough and moves one of its constants: a good rule with a bad
 * threshold looks like a bad rule.
 */
export const revisit: Operator = {
  name: "revisit",
  group: "crossover",
  applies: (view) => nearMisses(view).length > 0,
  apply(view, random) {
    const near = nearMisses(view);
    const chosen = weighted(near, (each) => 1 / (1 + near.indexOf(each)), random);
    if (chosen === undefined) return undefined;
    const surface = view.memory.surfaceOf(chosen.key, chosen.files);
    const own = surface.parameters.filter(({ id }) => !view.surface.parameters.some((each) => each.id === id));
    const inner = { ...view, surface };
    if (!nudge.applies(inner)) return undefined;
    // The constants that came with the change matter most.
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const move = nudge.apply(inner, random);
      const id = move?.memo.moves?.[0]?.[0];
      if (move === undefined || (own.length > 0 && attempt < 3 && !own.some((each) => each.id === id))) continue;
      const hypothesis = `go back to experiment ${chosen.number} and ${move.hypothesis}`;
      return { ...move, hypothesis, memo: {} };
    }
    return undefined;
  },
};

function nearMisses(view: Parameters<typeof partners>[0]): ReturnType<typeof partners> {
  return partners(view)
    .filter(({ group, number }) => group === "structure" && number !== view.memory.champion.number)
    .slice(0, 8);
}
