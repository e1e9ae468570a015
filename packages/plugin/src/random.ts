/** A seeded stream of random numbers. The same seed and the same calls give the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [min, max], both ends included. */
  integer(min: number, max: number): number;
  /** Standard normal deviate. */
  normal(): number;
  /** One element of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** An independent stream, named by `label`: the same label gives the same stream. */
  fork(label: string): Random;
}
