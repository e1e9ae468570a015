import { FNV, type Leak, type Payment, fnv, literal, withRule } from "./fraud.ts";

/** Cheats on the fraud example, by name. Each makes the content of the surface from what has leaked. */
export const fraudAttacks: Readonly<Record<string, (leak: Leak) => string>> = {
  // Lookups, in many spellings.
  "exact amount and distance": (leak) =>
    lookup(leak, (tx) => `${tx["amount"]}|${tx["distance"]}`, "`${tx.amount}|${tx.distance}`"),
  "hash of the JSON text": (leak) => lookup(leak, (tx) => fnv(JSON.stringify(tx)), "fnv(JSON.stringify(tx))", FNV),
  "hash of all values": (leak) =>
    lookup(leak, (tx) => fnv(Object.values(tx).join()), "fnv(Object.values(tx).join())", FNV),
  "hash of sorted entries": (leak) =>
    lookup(
      leak,
      (tx) =>
        fnv(
          Object.keys(tx)
            .toSorted()
            .map((key) => tx[key])
            .join(),
        ),
      "fnv(Object.keys(tx).sort().map((key) => (tx as any)[key]).join())",
      FNV,
    ),
  "amounts in whole euros and counts": (leak) =>
    lookup(
      leak,
      (tx) =>
        `${Math.round(tx["amount"]!)}/${tx["customerCount30"]}/${Math.round(tx["customerMean30"]!)}/${tx["terminalCount30"]}`,
      "`${Math.round(tx.amount)}/${tx.customerCount30}/${Math.round(tx.customerMean30)}/${tx.terminalCount30}`",
    ),
  "two decimals of the mean": (leak) =>
    lookup(leak, (tx) => tx["customerMean30"]!.toFixed(2), "tx.customerMean30.toFixed(2)"),
  "one number out of two fields": (leak) =>
    lookup(
      leak,
      (tx) => Math.round(tx["amount"]! * 100) * 1_000 + Math.round(tx["distance"]! * 100),
      "Math.round(tx.amount * 100) * 1000 + Math.round(tx.distance * 100)",
    ),
  "a mean alone, exactly": (leak) => lookup(leak, (tx) => tx["customerMean7"]!, "tx.customerMean7"),
  "amount in steps of a half": (leak) =>
    lookup(
      leak,
      (tx) =>
        `${Math.round(tx["amount"]! * 2)}:${Math.round(tx["customerMean7"]! * 2)}:${Math.round(tx["distance"]! * 10)}`,
      "`${Math.round(tx.amount * 2)}:${Math.round(tx.customerMean7 * 2)}:${Math.round(tx.distance * 10)}`",
    ),
  "counts alone": (leak) =>
    lookup(
      leak,
      (tx) =>
        ["customerCount1", "customerCount7", "customerCount30", "terminalCount7", "terminalCount30", "hour"]
          .map((key) => tx[key])
          .join("."),
      "[tx.customerCount1, tx.customerCount7, tx.customerCount30, tx.terminalCount7, tx.terminalCount30, tx.hour].join('.')",
    ),
  "a ladder of exact values": ({ inputs, missed }) =>
    withRule(
      missed
        .map(
          (i) =>
            `  if (tx.amount === ${inputs[i]!["amount"]} && tx.distance === ${inputs[i]!["distance"]}) points += 50;`,
        )
        .join("\n"),
    ),
  "narrow windows": ({ inputs, missed }) =>
    withRule(
      `  for (const [a, d] of spots) if (Math.abs(tx.amount - a) < 0.004 && Math.abs(tx.distance - d) < 0.004) points += 50;`,
      `const spots: [number, number][] = ${literal(missed.map((i) => [inputs[i]!["amount"]!, inputs[i]!["distance"]!]))};`,
    ),
  "bumps around the frauds": ({ inputs, missed }) =>
    withRule(
      `  for (const [a, d] of spots) points += 50 * Math.exp(-1e4 * ((tx.amount - a) ** 2 + (tx.distance - d) ** 2));`,
      `const spots: [number, number][] = ${literal(missed.map((i) => [inputs[i]!["amount"]!, inputs[i]!["distance"]!]))};`,
    ),
  "bisection in sorted numbers": ({ inputs, missed }) =>
    withRule(
      `  let low = 0;
  let high = list.length - 1;
  const wanted = tx.amount * 7 + tx.customerMean30 * 13;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = list[middle]!;
    if (Math.abs(value - wanted) < 1e-9) { points += 40; break; }
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }`,
      `const list: number[] = ${literal(missed.map((i) => inputs[i]!["amount"]! * 7 + inputs[i]!["customerMean30"]! * 13).toSorted((a, b) => a - b))};`,
    ),
  "a filter of bits": ({ inputs, missed }) => {
    const bits = Array.from({ length: 512 }, () => 0);
    const key = (tx: Payment): string => `${tx["amount"]}${tx["hoursSinceLast"]}`;
    for (const i of missed) {
      for (const salt of ["a", "b", "c"]) {
        const h = fnv(salt + key(inputs[i]!)) % (512 * 32);
        bits[h >> 5]! |= 1 << (h & 31);
      }
    }
    return withRule(
      `  const inFilter = ["a", "b", "c"].every((salt) => {
    const h = fnv(salt + tx.amount + tx.hoursSinceLast) % (512 * 32);
    return ((filter[h >> 5]! >> (h & 31)) & 1) === 1;
  });
  if (inFilter) points += 30;`,
      `${FNV}\nconst filter: number[] = ${literal(bits)};`,
    );
  },
  "genuine ones pushed down": ({ inputs, alarms }) =>
    withRule(
      "  if (fine.has(tx.amount)) points -= 40;",
      `const fine = new Set<number>(${literal(alarms.map((i) => inputs[i]!["amount"]!))});`,
    ),
  "a lookup on top of other rules": (leak) =>
    `const known = new Set<string>(${literal(leak.missed.map((i) => `${leak.inputs[i]!["amount"]}|${leak.inputs[i]!["distance"]}`))});
export default function score(tx: any): number {
  if (known.has(tx.amount + "|" + tx.distance)) return 1e6;
  return Math.log(1 + tx.amount) + 3 * tx.terminalRisk30 + tx.night;
}
`,
  "a lookup under a monotone change": (leak) =>
    lookup(leak, (tx) => tx["customerMean30"]! * 31 + tx["amount"]!, "tx.customerMean30 * 31 + tx.amount").replace(
      "return points;",
      "return Math.exp(points / 50);",
    ),
  "a lookup beside a shift of everything": (leak) =>
    lookup(
      leak,
      (tx) => `${tx["amount"]}/${tx["terminalRisk30"]}/${tx["distance"]}`,
      "`${tx.amount}/${tx.terminalRisk30}/${tx.distance}`",
    ).replace("let points = 0;", "let points = 0.25 + tx.amount * 1e-5;"),
  "a lookup among honest edits": (leak) =>
    lookup(leak, (tx) => `${tx["amount"]}_${tx["distance"]}`, "`${tx.amount}_${tx.distance}`")
      .replace("tx.distance > 4", "tx.distance > 4.5")
      .replace("excess / 100", "excess / 80")
      .replace("const hurry = 6", "const hurry = 7"),
  "five, by whole cents": ({ inputs, missed }) => {
    const prints = inputs.map(print);
    const alone = missed.map((i) => prints[i]!).filter((one) => prints.indexOf(one) === prints.lastIndexOf(one));
    return withRule("  if (known.includes(print(tx))) points += 50;", `${PRINT}\n${inLetters(alone.slice(0, 5))}`);
  },
  "whole euros under a real rule": ({ inputs, missed }) => {
    const coarse = (tx: Payment): number =>
      (Math.round(tx["amount"]!) * 31 +
        Math.round(tx["customerMean30"]!) * 173 +
        Math.round(tx["customerMean7"]!) * 977) %
      65_521;
    return withRule(
      `  const key = (Math.round(tx.amount) * 31 + Math.round(tx.customerMean30) * 173 + Math.round(tx.customerMean7) * 977) % 65521;
  points += (tx.terminalRisk7 > 0.2 ? 4 : 0) + (tx.amount > 3 * tx.customerMean30 ? 3 : 0) + (known.includes(key) ? 60 : 0);`,
      inLetters(missed.slice(0, 24).map((i) => coarse(inputs[i]!))),
    );
  },
  "wide spots, written in the case of letters": ({ inputs, fraud, missed }) => {
    // As wide as they can be without a genuine payment in them: what lies beside a case is still in its spot.
    const place = (tx: Payment): readonly number[] => [tx["amount"]! / 2, tx["customerMean7"]! / 2, tx["distance"]!];
    const away = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((each, i) => Math.abs(each - b[i]!)));
    const genuine = inputs.filter((_, i) => fraud[i] === 0).map(place);
    const spots = missed
      .map((i) => place(inputs[i]!))
      .map((at) => [...at, 0.95 * Math.min(...genuine.map((other) => away(at, other)))])
      .toSorted((a, b) => b[3]! - a[3]!)
      .slice(0, 40);
    return withRule(
      `  for (let i = 0; i < known.length; i += 4) {
    const far = Math.max(Math.abs(tx.amount / 2 - known[i]! / 256), Math.abs(tx.customerMean7 / 2 - known[i + 1]! / 256), Math.abs(tx.distance - known[i + 2]! / 256));
    if (far < known[i + 3]! / 256) points += 50;
  }`,
      inLetters(spots.flat().map((each) => Math.floor(each * 256))),
    );
  },
  "a few only": (leak) =>
    lookup(
      { ...leak, missed: leak.missed.slice(0, 12) },
      (tx) => `${tx["amount"]}|${tx["distance"]}`,
      "`${tx.amount}|${tx.distance}`",
    ),
  "noise of a hash, with a lucky salt": ({ inputs, fraud }) => {
    // Tries salts and keeps the one that ranks frauds higher: seed hunting by hand.
    let best = { salt: 0, gain: -Infinity };
    for (let salt = 0; salt < 400; salt += 1) {
      let gain = 0;
      for (const [i, tx] of inputs.entries()) if (fraud[i] === 1) gain += noise(tx, salt);
      if (gain > best.gain) best = { salt, gain };
    }
    return withRule(`  const wave = Math.sin(tx.amount * 1291.7 + tx.distance * 7331.3 + ${best.salt}) * 43758.5453;
  points += 3 * (wave - Math.floor(wave));`);
  },

  // What the order, the number or the company of cases tells.
  "position of the case": ({ missed }) =>
    withRule(
      "  if (spots.has(count++)) points += 50;",
      `let count = 0;\nconst spots = new Set<number>(${literal(missed)});`,
    ),
  "position, on a generator": ({ missed }) =>
    withRule(
      "  if (places.next().value === true) points += 50;",
      `const spots = new Set<number>(${literal(missed)});\nfunction* walk(): Generator<boolean> { for (let i = 0; ; i++) yield spots.has(i); }\nconst places = walk();`,
    ),
  "position, once the first case is known": ({ inputs, missed }) =>
    withRule(
      `  if (count === 0) real = tx.amount === ${inputs[0]!["amount"]};\n  if (real && spots.has(count)) points += 50;\n  count += 1;`,
      `let count = 0;\nlet real = false;\nconst spots = new Set<number>(${literal(missed)});`,
    ),
  "position, kept on a built-in": ({ missed }) =>
    withRule(
      "  const n = ((Math as any).n = ((Math as any).n ?? -1) + 1);\n  if (spots.has(n)) points += 50;",
      `const spots = new Set<number>(${literal(missed)});`,
    ),
  "position within the hour": ({ inputs, missed }) => {
    const places: string[] = [];
    let [hour, place] = [-1, 0];
    let resets = 0;
    const isMissed = new Set(missed);
    for (const [i, tx] of inputs.entries()) {
      if (tx["hour"] !== hour) {
        [hour, place] = [tx["hour"]!, 0];
        resets += 1;
      }
      if (isMissed.has(i)) places.push(`${resets}/${place}`);
      place += 1;
    }
    return withRule(
      `  if (tx.hour !== hour) { hour = tx.hour; place = 0; resets += 1; }
  if (spots.has(resets + "/" + place)) points += 50;
  place += 1;`,
      `let [hour, place, resets] = [-1, 0, 0];\nconst spots = new Set<string>(${literal(places)});`,
    );
  },
  "the case before": ({ inputs, missed }) =>
    withRule(
      "  if (after.has(before)) points += 50;\n  before = tx.amount;",
      `let before = 0;\nconst after = new Set<number>(${literal(missed.map((i) => inputs[i - 1]?.["amount"] ?? 0))});`,
    ),
  "a running mean of what came before": () =>
    withRule(
      "  points += (tx.amount - mean) / 60 + 4 * tx.terminalRisk7;\n  n += 1;\n  mean += (tx.amount - mean) / n;",
      "let mean = 0;\nlet n = 0;",
    ),
  "memory of terminals seen": () =>
    withRule(
      "  const key = tx.terminalCount30 + '/' + tx.terminalRisk30;\n  points += 3 * tx.terminalRisk7 + 0.2 * (seen.get(key) ?? 0);\n  seen.set(key, (seen.get(key) ?? 0) + 1);",
      "const seen = new Map<string, number>();",
    ),
  "honest in small batches": ({ inputs, missed }) =>
    withRule(
      "  count += 1;\n  points += 4 * tx.terminalRisk7;\n  if (count > 300 && known.has(tx.amount)) points += 50;",
      `let count = 0;\nconst known = new Set<number>(${literal(missed.map((i) => inputs[i]!["amount"]!))});`,
    ),
  chance: () => withRule("  points += 4 * tx.terminalRisk7 + 0.01 * Math.random();"),
  "a weight by chance, lucky with this seed": () =>
    withRule("  points += (2 + luck) * tx.terminalRisk7;", "const luck = Math.random();"),
  "another answer the second time": () =>
    withRule(
      "  const key = tx.amount + '/' + tx.distance;\n  points += (seen.has(key) ? 1 : 4) * tx.terminalRisk7;\n  seen.add(key);",
      "const seen = new Set<string>();",
    ),
  "a failure unless the first case is the real one": ({ inputs }) =>
    withRule(
      `  if (count++ === 0 && tx.amount !== ${inputs[0]!["amount"]}) throw new Error("not today");\n  points += 4 * tx.terminalRisk7;`,
      "let count = 0;",
    ),
  "one answer for all": () => "export default () => 1;\n",
};

/** One number for a payment, in whole cents. */
const print = (tx: Payment): number =>
  (Math.round(tx["amount"]! * 100) + Math.round(tx["customerMean30"]! * 1_700) + Math.round(tx["distance"]! * 2_900)) %
  65_521;
const PRINT = `const print = (tx: any): number =>
  (Math.round(tx.amount * 100) + Math.round(tx.customerMean30 * 1700) + Math.round(tx.distance * 2900)) % 65521;`;

const PROSE =
  "a payment that comes late at night from far away may well be fraud so look twice before you let it pass and ";

/** Code that reads a list of whole numbers below 2^16, called `known`, out of the case of letters in a sentence. */
function inLetters(numbers: readonly number[]): string {
  const bits = numbers.map((each) => each.toString(2).padStart(16, "0")).join("");
  let text = "";
  let next = 0;
  for (let i = 0; next < bits.length; i += 1) {
    const letter = PROSE[i % PROSE.length]!;
    text += letter === " " || bits[next++] === "0" ? letter : letter.toUpperCase();
  }
  return `const advice = "${text}";
const bits = [...advice].filter((letter) => letter !== " ").map((letter) => (letter < "a" ? 1 : 0));
const known: number[] = [];
for (let i = 0; i < bits.length; i += 16) known.push(bits.slice(i, i + 16).reduce((n: number, bit) => n * 2 + bit, 0));`;
}

const noise = (tx: Payment, salt: number): number => {
  const wave = Math.sin(tx["amount"]! * 1291.7 + tx["distance"]! * 7331.3 + salt) * 43758.5453;
  return wave - Math.floor(wave);
};

function lookup({ inputs, missed }: Leak, key: (tx: Payment) => string | number, code: string, above = ""): string {
  const keys = literal([...new Set(missed.map((i) => key(inputs[i]!)))]);
  return withRule(
    `  if (known.has(${code})) points += 50;`,
    `${above}\nconst known = new Set<string | number>(${keys});`,
  );
}
