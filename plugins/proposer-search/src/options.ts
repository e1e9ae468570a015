import { z } from "zod";

/** Options of {@link search}. */
export const optionsSchema = z.object({
  /** Change constants: single ones, several, all of them with CMA-ES, and the options of `@tune` choices. */
  tune: z.boolean().default(true),
  /** Change the program: operators, conditions, statements, terms and rules. */
  structure: z.boolean().default(true),
  /** Combine the champion with earlier good candidates. */
  crossover: z.boolean().default(true),
  /** Spend attempts where they paid before; off, every kind of change is tried equally often. */
  bandit: z.boolean().default(true),
  /** A surface file with more bytes is refused: every experiment costs time in proportion to it. */
  maxSurfaceBytes: z.int().min(1).max(1_000_000).default(65_536),
});
export type SearchOptions = z.output<typeof optionsSchema>;
