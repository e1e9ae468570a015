import { PawlError } from "@pawl/core";
import {
  ATTACKS,
  type Attack,
  HONEST_CHANGES,
  HOST_ATTACKS,
  type HonestChange,
  type HostAttack,
  TECHNIQUES,
  type Target,
  type Technique,
} from "@pawl/testkit/redteam";
import { closest } from "fastest-levenshtein";

/** Which of the corpus is tried. */
export interface Choice {
  readonly only?: Technique;
  /** At most so many attacks, and so many honest changes. */
  readonly attacks?: number;
}

export interface Plan {
  readonly attacks: readonly Attack[];
  readonly hostAttacks: readonly HostAttack[];
  readonly honest: readonly HonestChange[];
  /** How many of the corpus are written in another language than the surface. */
  readonly foreign: number;
}

/** @throws PawlError `PAWL_USAGE` where there is no such technique */
export function technique(text: string): Technique {
  const found = TECHNIQUES.find((known) => known === text);
  if (found !== undefined) return found;
  throw new PawlError(
    "PAWL_USAGE",
    `there is no technique "${text}" (did you mean "${closest(text, [...TECHNIQUES])}"?)`,
    {
      path: "--only",
      remedy: `Choose one of: ${TECHNIQUES.join(", ")}.`,
    },
  );
}

/** What of the corpus is for this surface, and is wanted. */
export function plan({ language }: Pick<Target, "language">, { only, attacks: limit = Infinity }: Choice): Plan {
  const wanted = [...ATTACKS, ...HOST_ATTACKS].filter((attack) => only === undefined || attack.technique === only);
  const fits = wanted.filter((attack) => !("language" in attack) || attack.language === language);
  const chosen = new Set(spread(fits, limit));
  return {
    attacks: ATTACKS.filter((attack) => chosen.has(attack)),
    hostAttacks: HOST_ATTACKS.filter((attack) => chosen.has(attack)),
    honest: HONEST_CHANGES.filter((change) => change.language === language),
    foreign: wanted.length - fits.length,
  };
}

/** So many of a list, taken from all techniques in turn. */
function spread<T extends { readonly technique: Technique }>(attacks: readonly T[], limit: number): T[] {
  const groups = TECHNIQUES.map((name) => attacks.filter((attack) => attack.technique === name));
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, at) => groups.flatMap((group) => group.slice(at, at + 1)));
  return inTurn.flat().slice(0, limit);
}
