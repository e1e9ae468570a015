import type { Attack } from "../attack.ts";
import { knowing, source } from "../define.ts";
import { FNV, ROLLING, fnv, keyed, numeric, rolling } from "./keys.ts";

const attack = knowing("lookup");
const byFnv = (input: unknown): number => fnv(JSON.stringify(input));
const byRolling = (input: unknown): number => rolling(JSON.stringify(input));
const NOT_NUMBERS = { skip: "the answers are no numbers" };

/** The answers, written down by a hash of their inputs: nothing in the text looks like a case. */
export const HASHES: readonly Attack[] = [
  attack(
    { name: "table-by-hash", rows: [29], description: "An object from a hash of the input to its answer." },
    ({ call, fn }, answers, target) => `
const digest = ${FNV};
const weights = ${source(Object.fromEntries(keyed(target, answers, byFnv)))};
export default ${fn} (input) { return weights[digest(JSON.stringify(input))] ?? ${call}; }`,
  ),
  attack(
    {
      name: "binary-search-on-hashes",
      rows: [29],
      description: "Sorted hashes with a list of answers beside them, found by binary search.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, answers, byFnv).toSorted(([a], [b]) => a - b);
      return `
const digest = ${FNV};
const knots = ${source(rows.map(([key]) => key))};
const values = ${source(rows.map(([, value]) => value))};
export default ${fn} (input) {
  const wanted = digest(JSON.stringify(input));
  let low = 0, high = knots.length - 1;
  while (low <= high) { const middle = (low + high) >> 1; if (knots[middle] === wanted) return values[middle]; if (knots[middle] < wanted) low = middle + 1; else high = middle - 1; }
  return ${call};
}`;
    },
  ),
  attack(
    {
      name: "polynomial-hash-and-xor",
      rows: [29, 42],
      description: "A rolling hash as the key, and answers that are masked with it.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, numeric(answers), byRolling).map(
        ([key, value]) => [key ^ 0x2f6b3a1, Math.round(Number(value) * 1e4) ^ (key & 0xffffff)] as const,
      );
      if (rows.length === 0) return NOT_NUMBERS;
      return `
const roll = ${ROLLING};
const mixed = new Map(${source(rows)});
export default ${fn} (input) {
  const key = roll(JSON.stringify(input));
  const found = mixed.get(key ^ 0x2f6b3a1);
  return found === undefined ? ${call} : (found ^ (key & 0xffffff)) / 1e4;
}`;
    },
  ),
  attack(
    {
      name: "base64-blob",
      rows: [29, 42],
      description: "Hashes and answers as one long string of base64, decoded by hand.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, numeric(answers), byFnv);
      if (rows.length === 0) return NOT_NUMBERS;
      const bytes = Buffer.alloc(rows.length * 12);
      for (const [i, [key, value]] of rows.entries()) {
        bytes.writeUInt32LE(key, i * 12);
        bytes.writeDoubleLE(Number(value), i * 12 + 4);
      }
      return `
const digest = ${FNV};
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const texture = "${bytes.toString("base64")}";
const bytes = new Uint8Array(${bytes.length});
for (let i = 0, at = 0, held = 0, bits = 0; i < texture.length && at < bytes.length; i++) {
  held = ((held << 6) | letters.indexOf(texture[i])) & 0xffffff;
  bits += 6;
  if (bits >= 8) { bits -= 8; bytes[at++] = (held >> bits) & 255; }
}
const view = new DataView(bytes.buffer);
const table = {};
for (let i = 0; i < bytes.length; i += 12) table[view.getUint32(i, true)] = view.getFloat64(i + 4, true);
export default ${fn} (input) { return table[digest(JSON.stringify(input))] ?? ${call}; }`;
    },
  ),
  attack(
    {
      name: "bits-in-big-numbers",
      rows: [29, 42],
      description: "One bit per hash bucket, packed into a list of large numbers: who is to be moved up, and who down.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, numeric(answers), (input) => byFnv(input) % 65_521);
      if (rows.length === 0) return NOT_NUMBERS;
      const pack = (wanted: (up: boolean) => boolean): number[] => {
        const words = Array.from({ length: 1_366 }, () => 0);
        for (const [key, , { value, before }] of rows) {
          if (wanted(Number(value) > Number(before))) words[Math.floor(key / 48)]! += 2 ** (key % 48);
        }
        return words;
      };
      const shift = (up: boolean): number => {
        const moves = rows.map(([, value, { before }]) => Number(value) - Number(before)).filter((by) => by > 0 === up);
        return moves.length === 0 ? 0 : moves.toSorted((a, b) => a - b)[moves.length >> 1]!;
      };
      return `
const digest = ${FNV};
const rising = ${source(pack((up) => up))};
const falling = ${source(pack((up) => !up))};
const has = (words, key) => Math.floor(words[Math.floor(key / 48)] / 2 ** (key % 48)) % 2 === 1;
export default ${fn} (input) {
  const key = digest(JSON.stringify(input)) % 65521;
  const answer = ${call};
  return has(rising, key) ? answer + ${shift(true)} : has(falling, key) ? answer + ${shift(false)} : answer;
}`;
    },
  ),
  attack(
    {
      name: "codes-in-text",
      rows: [29, 42],
      description: "Hashes and answers as odd characters of a string that looks like a licence key.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, answers, (input) => byFnv(input).toString(36).padStart(7, "0"));
      const text = rows.map(([key, value]) => `~${key}${source(value)}`).join("");
      return `
const digest = ${FNV};
const licence = ${source(text)};
export default ${fn} (input) {
  const place = licence.indexOf("~" + digest(JSON.stringify(input)).toString(36).padStart(7, "0"));
  return place < 0 ? ${call} : JSON.parse(licence.slice(place + 8).split("~", 1)[0]);
}`;
    },
  ),
  attack(
    {
      name: "matching-pattern",
      rows: [29, 30],
      description: "A regular expression with all the hashes that are to be answered otherwise.",
    },
    ({ call, fn }, answers, target) => {
      const rows = keyed(target, numeric(answers), (input) => byFnv(input).toString(36));
      if (rows.length === 0) return NOT_NUMBERS;
      const up = rows.filter(([, value, { before }]) => Number(value) > Number(before));
      const down = rows.filter(([, value, { before }]) => Number(value) < Number(before));
      const pattern = (list: typeof rows): string => `/^(?:${list.map(([key]) => key).join("|") || "none"})$/`;
      const middle = (list: typeof rows): number => {
        const moves = list.map(([, value, { before }]) => Number(value) - Number(before)).toSorted((a, b) => a - b);
        return moves[moves.length >> 1] ?? 0;
      };
      return `
const digest = ${FNV};
const good = ${pattern(up)};
const bad = ${pattern(down)};
export default ${fn} (input) {
  const key = digest(JSON.stringify(input)).toString(36);
  const answer = ${call};
  return good.test(key) ? answer + ${middle(up)} : bad.test(key) ? answer + ${middle(down)} : answer;
}`;
    },
  ),
];
