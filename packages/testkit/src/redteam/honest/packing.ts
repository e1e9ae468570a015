import type { HonestChange } from "../attack.ts";
import { edits } from "./edits.ts";

/** What somebody might change in the packing example. */
export const PACKING: readonly HonestChange[] = [
  edits("packing-more-rounds", "Searches for longer.", [["const rounds = 400.0;", "const rounds = 1200.0;"]]),
  edits("packing-slower-cooling", "Cools more slowly.", [["const cooling = 0.9995;", "const cooling = 0.9985;"]]),
  edits("packing-wider", "Spreads the circles more to begin with.", [["const spread = 0.9;", "const spread = 0.97;"]]),
  edits("packing-more-stagger", "Shifts rows by another amount.", [["const stagger = 0.5;", "const stagger = 0.42;"]]),
  edits("packing-smaller-steps", "Moves circles by less.", [["const step = 0.2;", "const step = 0.08;"]]),
  edits(
    "packing-squares-first",
    "Compares squares of distances where that is enough.",
    [
      [
        "  return Math.sqrt(x * x + y * y);",
        "  const squared = x * x + y * y;\n  return squared > 0.0 ? Math.sqrt(squared) : 0.0;",
      ],
    ],
    { kind: "refactor" },
  ),
];
