import type { CustomRelation, Json, Output, Random } from "@pawl/plugin";
import { type Action, type Answer, type Case, openOffice } from "./office.ts";

/** Whoever does more than this is not read to the end. */
const MOST_ACTIONS = 60;

/** The new names look like names, are as long as the old ones, and nobody has them. */
const VOWELS = "aeiou";
const CONSONANTS = "bdfgklmnprstv";

/**
 * The same mails with other order numbers and other people. Whoever has learnt to serve customers does the same for
 * them; whoever has learnt these customers by heart does not.
 */
export const renamed: CustomRelation = {
  kind: "custom",
  name: "other order numbers and other names",
  transform: (inputs, random) =>
    inputs.map((input, i) => otherPeople(input as unknown as Case, random.fork(`case/${i}`)) as unknown as Json),
  holds: (before, after, input, changed) => sameDeeds(before, input, after, changed),
};

function otherPeople(input: Case, random: Random): Case {
  const text = JSON.stringify(input);
  const given = new Map<string, string>();
  for (const { id } of input.office.orders) {
    let made = id;
    while (text.includes(made) || [...given.values()].includes(made)) made = `A-${random.integer(10_000, 99_999)}`;
    given.set(id, made);
  }
  const header = /^From: (\S+) (\S+) /.exec(input.mail);
  for (const name of header?.slice(1) ?? []) {
    const made = Array.from(name, (_, at) => random.pick([...(at % 2 === 0 ? CONSONANTS : VOWELS)])).join("");
    given.set(name, `${made[0]?.toUpperCase()}${made.slice(1)}`);
    given.set(name.toLowerCase(), made);
  }
  // Whole words alone: a name may be part of another word.
  const words = new RegExp(`\\b(?:${[...given.keys()].join("|")})\\b`, "g");
  return mapTexts(input as unknown as Json, (one) =>
    one.replaceAll(words, (word) => given.get(word) ?? word),
  ) as unknown as Case;
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

/** Whether two answers change the office in the same way: the same kinds of things to the same orders, by position. */
function sameDeeds(before: Output, input: Json, after: Output, changed: Json): boolean {
  const [old, now] = [deedsOf(before, input), deedsOf(after, changed)];
  return old === now;
}

function deedsOf(output: Output, input: Json): string {
  if (!("value" in output)) return "";
  const { office: records } = input as unknown as Case;
  const office = openOffice(records);
  const { actions } = (output.value ?? {}) as Partial<Answer>;
  for (const action of Array.isArray(actions) ? actions.slice(0, MOST_ACTIONS) : []) {
    if (isAction(action)) office.call(action);
  }
  const deeds = office.effects.map((effect) =>
    "order" in effect ? `${effect.kind} ${records.orders.findIndex(({ id }) => id === effect.order)}` : effect.kind,
  );
  return deeds.toSorted().join(", ");
}

const isAction = (value: unknown): value is Action =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<Action>).tool === "string" &&
  typeof (value as Partial<Action>).arguments === "object" &&
  (value as Partial<Action>).arguments !== null;
