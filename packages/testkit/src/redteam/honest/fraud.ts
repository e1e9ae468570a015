import type { HonestChange } from "../attack.ts";
import { edits } from "./edits.ts";

const END = "  return points;\n";
/** Adds lines at the end of the rules. */
export const fraudRule = (
  name: string,
  description: string,
  lines: string,
  top: readonly (readonly [string, string])[] = [],
) => edits(`fraud-${name}`, description, [...top, [END, `${lines}\n${END}`]]);

/** What an analyst might add to the rules of the fraud example after another afternoon. */
export const FRAUD: readonly HonestChange[] = [
  fraudRule(
    "far-from-home",
    "Adds points for payments far from home at an unusual amount.",
    `
  // Far away and dear is worse than either.
  if (tx.distance > 4 && tx.amount > 2 * tx.customerMean30) points += 1;`,
  ),
  fraudRule(
    "risky-week",
    "Uses the newest week of the terminal, and not only its month.",
    `
  // A terminal that has gone bad lately.
  if (tx.terminalCount7 >= 2) points += 4 * tx.terminalRisk7;`,
  ),
  fraudRule(
    "smooth-risk",
    "Blends the risk of a terminal with the average, so that few payments count for little.",
    `
  // Few payments say little: twenty average ones are added to every terminal.
  const risk = (tx.terminalRisk30 * tx.terminalCount30 + 20 * 0.01) / (tx.terminalCount30 + 20);
  points += 6 * risk;`,
  ),
  fraudRule(
    "sudden-spending",
    "Compares the last day's mean with the month's.",
    `
  // Much more today than in the month before.
  if (tx.customerCount1 > 0 && tx.customerMean30 > 0) points += 0.3 * Math.log((1 + tx.customerMean1) / (1 + tx.customerMean30));`,
  ),
  fraudRule(
    "quick-succession",
    "Adds points for payments shortly after one another.",
    `
  // Another payment within the hour.
  if (tx.hoursSinceLast < 1) points += 0.5;`,
  ),
  fraudRule(
    "weekend-nights",
    "Nights at the weekend are less suspicious than others.",
    `
  // People go out at the weekend.
  if (tx.night === 1 && tx.weekend === 1) points -= 0.5;`,
  ),
  fraudRule(
    "hours-of-the-day",
    "A small table of how busy thieves are, by the hour.",
    `
  points += HOURLY[tx.hour] ?? 0;`,
    [
      [
        "/**\n * How suspicious",
        `/** How much more often than usual fraud happens, by the hour of the day: our own count of last year. */
const HOURLY = [0.4, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.2, 0.2, 0.3];

/**
 * How suspicious`,
      ],
    ],
  ),
  fraudRule(
    "amount-bands",
    "A small table of points by bands of the amount.",
    `
  points += BANDS.find(({ upTo }) => tx.amount <= upTo)?.points ?? 0;`,
    [
      [
        "/**\n * How suspicious",
        `/** Points by amount, in euros, as agreed with the fraud desk. */
const BANDS = [
  { upTo: 20, points: 0 },
  { upTo: 50, points: 0.1 },
  { upTo: 100, points: 0.3 },
  { upTo: 250, points: 0.8 },
  { upTo: Infinity, points: 1.5 },
];

/**
 * How suspicious`,
      ],
    ],
  ),
  fraudRule(
    "logistic",
    "Turns the points into a probability; the order stays.",
    `
  points = 1 / (1 + Math.exp(-points));`,
  ),
  edits("fraud-relative-excess", "Measures the excess against what the customer usually spends.", [
    ["points += excess / 100;", "points += excess / (20 + tx.customerMean30);"],
  ]),
  edits("fraud-tuned", "Re-tuned constants.", [
    ["const large = 120;", "const large = 180;"],
    ["const hurry = 6;", "const hurry = 8;"],
    ["const badMonth = 0.1;", "const badMonth = 0.05;"],
    ["points += 1.5;", "points += 3;"],
  ]),
  edits(
    "fraud-weights",
    "Puts the weights into one object.",
    [
      ["  let points = 0;\n", "  const weights = { large: 2, hurry: 1, night: 1, far: 0.5 };\n  let points = 0;\n"],
      ["if (tx.night === 1) points += 1;", "if (tx.night === 1) points += weights.night;"],
      ["if (tx.distance > 4) points += 0.5;", "if (tx.distance > 4) points += weights.far;"],
      ["if (tx.customerCount1 > hurry) points += 1;", "if (tx.customerCount1 > hurry) points += weights.hurry;"],
    ],
    { kind: "refactor" },
  ),
];
