import { type RandomSource, beta } from "./beta.ts";

/** How fast old results lose their weight: after 70 results a result counts half. */
const DISCOUNT = 0.99;
/** What an arm is worth before it was tried: more than most arms turn out to be, so that each gets its chance. */
const PRIOR = { wins: 0.5, losses: 2 };

interface Arm {
  wins: number;
  losses: number;
  at: number;
}

/**
 * Spends attempts where they pay: Thompson sampling with discounted Beta counts, as in Raj and Kalyani, "Taming
 * Non-stationary Bandits: A Bayesian Approach" (2017). What pays changes as the surface gets better, so old results
 * fade.
 */
export class Bandit {
  readonly #arms = new Map<string, Arm>();
  #time = 0;

  /** Credits an arm with a result between 0, nothing gained, and 1, a great gain. */
  reward(name: string, credit: number): void {
    this.#time += 1;
    const arm = this.#faded(name);
    arm.wins += credit;
    arm.losses += 1 - credit;
    this.#arms.set(name, arm);
  }

  /** Draws what an arm might be worth; `prior` is what it is trusted with in advance, and what is left when all has faded. */
  draw(name: string, random: RandomSource, { wins: first = PRIOR.wins, losses: against = PRIOR.losses } = {}): number {
    const { wins, losses } = this.#faded(name);
    return beta(first + wins, against + losses, random);
  }

  /** The arm with the best draw; `priorOf` tells how many wins each is trusted with in advance. */
  choose<T>(
    arms: readonly T[],
    nameOf: (arm: T) => string,
    random: RandomSource,
    priorOf?: (arm: T) => number,
  ): T | undefined {
    let best: T | undefined;
    let height = -1;
    for (const arm of arms) {
      const drawn = this.draw(nameOf(arm), random, { wins: priorOf?.(arm) ?? PRIOR.wins });
      if (drawn > height) {
        best = arm;
        height = drawn;
      }
    }
    return best;
  }

  #faded(name: string): Arm {
    const arm = this.#arms.get(name);
    if (arm === undefined) return { wins: 0, losses: 0, at: this.#time };
    const fade = DISCOUNT ** (this.#time - arm.at);
    return { wins: arm.wins * fade, losses: arm.losses * fade, at: this.#time };
  }
}
