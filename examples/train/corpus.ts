// Writes text with the structure that a language model can learn: words of very different frequency, agreement between
// subject and verb, pronouns that go back to a name, quotation marks that close, numbers that add up. Every word was
// chosen for this example; the same seed always gives the same text.

/** A stream of numbers in [0, 1): mulberry32, which is short and the same on every machine. */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WOMEN = "Anna Berta Clara Dora Edith Frieda Greta Hanna Irene Julia Karla Linda".split(" ");
const MEN = "Albert Bruno Conrad David Emil Felix Georg Henry Isaac Jonas Kaspar Leo".split(" ");
const TRADES = "baker,carpenter,doctor,farmer,ferryman,gardener,librarian,miller,painter,sailor,teacher,weaver".split(
  ",",
);
const PLACES =
  "the market,the harbour,the old bridge,the mill,the library,the school,the station,the orchard,the lighthouse,the valley,the town hall,the river bank".split(
    ",",
  );
const THINGS =
  "letter,lantern,basket,ladder,map,violin,clock,bottle,blanket,hammer,bicycle,notebook,umbrella,kettle,needle,saddle".split(
    ",",
  );
const FRUITS = "apples,pears,plums,cherries,walnuts,onions,carrots,pumpkins".split(",");
const QUALITIES = "small,old,heavy,broken,blue,empty,wooden,beautiful,dusty,new,round,strange,expensive,borrowed".split(
  ",",
);
const MANNERS =
  "slowly,carefully,without a word,in a hurry,every morning,after lunch,with a smile,before sunrise,as usual,for the last time".split(
    ",",
  );
const WEATHERS =
  "It was raining,The wind was strong,The sun was shining,Snow had fallen overnight,Fog lay over the fields,It was getting dark".split(
    ",",
  );
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const NUMBERS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen".split(
    " ",
  );
/** Singular, plural, past. */
const CARRY = [
  ["carries", "carry", "carried"],
  ["repairs", "repair", "repaired"],
  ["sells", "sell", "sold"],
  ["hides", "hide", "hid"],
  ["finds", "find", "found"],
  ["cleans", "clean", "cleaned"],
  ["brings", "bring", "brought"],
  ["forgets", "forget", "forgot"],
] as const;
const GO = [
  ["walks", "walk", "walked"],
  ["runs", "run", "ran"],
  ["rides", "ride", "rode"],
  ["returns", "return", "returned"],
  ["hurries", "hurry", "hurried"],
] as const;
const SAY = ["said", "asked", "whispered", "answered", "shouted"];

interface Person {
  readonly name: string;
  readonly trade: string;
  readonly he: string;
  readonly his: string;
  readonly him: string;
}

/** Text of about that many bytes, in paragraphs that end with a line break. */
export function writeParagraphs(seed: number, bytes: number): string[] {
  const random = randomStream(seed);
  const uniform = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  /** Some words are far more frequent than others, as Zipf found, only less so: there are few words here. */
  const pick = <T>(items: readonly T[]): T => {
    const total = items.reduce((sum, _, index) => sum + 1 / Math.sqrt(index + 1), 0);
    let rest = random() * total;
    return items.find((_, index) => (rest -= 1 / Math.sqrt(index + 1)) <= 0) ?? (items[0] as T);
  };
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const person = (): Person => {
    const trade = pick(TRADES);
    if (random() < 0.5) return { name: uniform(WOMEN), trade, he: "she", his: "her", him: "her" };
    return { name: uniform(MEN), trade, he: "he", his: "his", him: "him" };
  };
  const withArticle = (words: string): string => (/^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`);
  const thing = (): string => (random() < 0.6 ? `${pick(QUALITIES)} ${pick(THINGS)}` : pick(THINGS));

  const sentences: ((who: Person, other: Person) => string)[] = [
    ({ name, trade, he, his }) =>
      `${name} the ${trade} ${pick(GO)[2]} to ${pick(PLACES)}, and ${he} ${pick(CARRY)[2]} ${his} ${thing()} ${pick(MANNERS)}.`,
    ({ he, his }) =>
      `${capital(he)} ${pick(CARRY)[2]} ${withArticle(thing())} and ${pick(CARRY)[2]} ${his} ${pick(THINGS)}.`,
    (who, other) =>
      `${who.name} and ${other.name} ${pick(GO)[1]} to ${pick(PLACES)} every ${pick(DAYS)}; ${other.name} ${pick(CARRY)[0]} the ${thing()}.`,
    (who, other) =>
      `"${capital(uniform(["where", "why"]))} is the ${thing()}?" ${uniform(SAY)} ${who.name}. "${other.name} ${pick(CARRY)[2]} it ${pick(MANNERS)}," ${uniform(SAY)} ${who === other ? "nobody" : who.his} ${pick(TRADES)}.`,
    ({ name, he }) => {
      const [a, b] = [2 + Math.floor(random() * 8), Math.floor(random() * 9)];
      const fruit = pick(FRUITS);
      return `${name} had ${NUMBERS[a]} ${fruit} and got ${NUMBERS[b]} more, so ${he} had ${NUMBERS[a + b]} ${fruit}.`;
    },
    () => `${uniform(WEATHERS)}, and the ${pick(TRADES)}s at ${pick(PLACES)} ${pick(CARRY)[1]} the ${thing()}.`,
    ({ name, him, his }, other) =>
      `On ${pick(DAYS)} ${other.name} (the ${other.trade}) ${pick(GO)[2]} to ${name} and gave ${him} back ${his} ${thing()}.`,
    ({ he }) => `But ${he} never ${pick(CARRY)[2]} what ${he} ${pick(CARRY)[2]} on ${pick(DAYS)}.`,
  ];

  const paragraphs: string[] = [];
  for (let length = 0; length < bytes;) {
    const who = person();
    let other = person();
    while (other.name === who.name) other = person();
    const count = 4 + Math.floor(random() * 5);
    const paragraph = `${Array.from({ length: count }, () => uniform(sentences)(who, other)).join(" ")}\n`;
    paragraphs.push(paragraph);
    length += paragraph.length;
  }
  return paragraphs;
}
