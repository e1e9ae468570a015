import type { Json, Random } from "@pawl/plugin";

const HEX = "0123456789abcdef";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

/**
 * A one-for-one exchange of identifiers that keeps type, length, and kinds of characters: equal ones stay equal,
 * different ones stay different. The same identifier always gets the same replacement from one exchange.
 */
export function exchange(random: Random): (value: Json) => Json {
  const given = new Map<string | number, Json>();
  const taken = new Set<Json>();
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number") return value;
    const known = given.get(value);
    if (known !== undefined) return known;
    const own = random.fork(`${typeof value}/${value}`);
    let made: Json = value;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      made = typeof value === "string" ? otherText(value, own) : otherNumber(value, own);
      if (made !== value && !taken.has(made)) break;
    }
    given.set(value, made);
    taken.add(made);
    return made;
  };
}

function otherText(text: string, random: Random): string {
  const hex = /^[0-9a-f-]{8,}$/i.test(text) && /[a-f]/i.test(text);
  return [...text]
    .map((character) => {
      const small = character.toLowerCase();
      const from =
        hex && HEX.includes(small) ? HEX : DIGITS.includes(small) ? DIGITS : LOWER.includes(small) ? LOWER : "";
      if (from === "") return character;
      const other = random.pick([...from]);
      return character === small ? other : other.toUpperCase();
    })
    .join("");
}

/** A whole number with as many digits; anything else is left alone. */
function otherNumber(value: number, random: Random): number {
  if (!Number.isSafeInteger(value)) return value;
  const digits = Math.abs(value).toString().length;
  const least = digits === 1 ? 0 : 10 ** (digits - 1);
  const other = least + Math.floor(random.next() * (10 ** digits - least));
  return value < 0 ? -other : other;
}
