import type { Json, Random, Relation } from "@pawl/plugin";
import { asideArms } from "./aside.ts";
import { drawn, shuffled } from "./draw.ts";
import { type Field, pathOf, valueAt, withValue } from "./fields.ts";
import { exchange } from "./rehash.ts";

/**
 * Ways to change a case a little. `same`: the right answer cannot depend on it. `step`: every number moves to the next
 * value that it could have. `between`: the case moves half of the way to another changed case, in some of its fields.
 */
export interface Arm {
  readonly name: string;
  readonly judged: "same" | "step" | "between";
  /** Fields that are changed; for evidence. */
  readonly fields: readonly string[];
  /** Whether the scorer said that this changes nothing, or whether it is only likely. */
  readonly declared: boolean;
  /** Whether what was measured moves, by however little. */
  readonly nearby: boolean;
  /** The share of honest changes that may be gone, where it is more than the options say. */
  readonly spare?: number;
  probe(group: readonly number[], most: number, random: Random): readonly Probe[];
  /** Changes all cases; only for arms that are judged by the score in the end. */
  readonly all?: (inputs: readonly Json[], random: Random) => readonly Json[];
}

/** One changed case. */
export interface Probe {
  readonly position: number;
  readonly input: Json;
  /** The case that it moved towards. */
  readonly towards?: number;
}

/** Makes arms out of a change that needs no other case. */
function each(
  base: Pick<Arm, "name" | "fields" | "declared">,
  inputs: readonly Json[],
  change: (random: Random, inputs: readonly Json[]) => (input: Json) => Json,
  scored = false,
): Arm {
  return {
    ...base,
    nearby: false,
    judged: "same",
    probe: (group, most, random) => {
      const changed = change(random, inputs);
      return drawn(group, most, random).map((position) => ({ position, input: changed(inputs[position]!) }));
    },
    ...(scored && { all: (items: readonly Json[], random: Random) => items.map(change(random, items)) }),
  };
}

const edit =
  (fields: readonly string[], other: (value: Json, name: string) => Json) =>
  (input: Json): Json => {
    let changed = input;
    for (const name of fields) {
      const value = valueAt(input, pathOf(name));
      if (value !== undefined) changed = withValue(changed, pathOf(name), other(value, name));
    }
    return changed;
  };

/** Arms that the scorer's relations, or the looks of the fields, give: they must not matter. */
export function sameArms(inputs: readonly Json[], fields: readonly Field[], relations: readonly Relation[]): Arm[] {
  const identifiers = (names: readonly string[], declared: boolean): Arm =>
    each(
      { name: "identifiers exchanged", fields: names, declared },
      inputs,
      (random) => edit(names, exchange(random)),
      true,
    );
  const irrelevant = (names: readonly string[]): Arm =>
    each(
      { name: "irrelevant values dealt to other cases", fields: names, declared: true },
      inputs,
      (random, items) => edit(names, (value, name) => valueAt(random.pick(items), pathOf(name)) ?? value),
      true,
    );
  const declared = relations.flatMap((relation) => {
    if (relation.kind === "identifiers") return [identifiers(relation.fields, true)];
    return relation.kind === "irrelevant" ? [irrelevant(relation.fields)] : [];
  });
  const named = new Set(declared.flatMap(({ fields: names }) => names));
  const guessed = fields.filter(({ kind, name }) => kind === "identifier" && !named.has(name)).map(({ name }) => name);
  const constant = fields.filter(({ kind, name }) => kind === "constant" && !named.has(name)).map(({ name }) => name);
  return [
    ...declared,
    ...(guessed.length === 0 ? [] : [identifiers(guessed, false)]),
    ...(constant.length === 0
      ? []
      : [
          each({ name: "constant fields changed", fields: constant, declared: false }, inputs, () =>
            edit(constant, another),
          ),
        ]),
    ...(inputs.some(isObject) ? spelling(inputs) : []),
  ];
}

const isObject = (input: Json): boolean => typeof input === "object" && input !== null && !Array.isArray(input);

/** A value that is a little different; what has no neighbours stays. */
function another(value: Json): Json {
  if (typeof value === "number") return value === 0 ? 1e-9 : value * (1 + 1e-9);
  return typeof value === "string" ? `${value} ` : value;
}

/** The same case written down differently. */
function spelling(inputs: readonly Json[]): Arm[] {
  return [
    each(
      { name: "keys in another order", fields: [], declared: false },
      inputs,
      (random) => (input) =>
        isObject(input) ? Object.fromEntries(shuffled(Object.entries(input as object), random)) : input,
    ),
    each(
      { name: "an unknown field added", fields: [], declared: false },
      inputs,
      (random) => (input) =>
        isObject(input) ? { ...(input as object), [`note${random.integer(10, 99)}`]: random.integer(0, 999) } : input,
    ),
  ];
}

/** How far measured numbers are moved, relative to themselves: far less than anything that could be measured. */
const TINY = 1e-6;

/** Cases among which the neighbours of a case are looked for: more of them would be too near to tell anything. */
const CROWD = 120;

/** Arms that move a case to where nobody has seen one, and where the same rule must still hold. */
export function nearbyArms(inputs: readonly Json[], fields: readonly Field[]): Arm[] {
  const measured = fields.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const movable = fields.filter(({ kind }) => kind === "number" || kind === "integer");
  const tiny: Arm = {
    name: "numbers moved by a millionth",
    judged: "same",
    fields: measured,
    declared: false,
    nearby: true,
    // Up and down: a number that lies on a rule's threshold stays on the right side of it one way or the other.
    probe: (group, most, random) =>
      drawn(group, most, random).flatMap((position) => {
        const by = TINY * (0.3 + 0.7 * random.next());
        return [1 - by, 1 + by].map((factor) => ({
          position,
          input: edit(measured, (value) => (typeof value === "number" ? value * factor : value))(inputs[position]!),
        }));
      }),
  };
  const texts = fields.filter(({ kind }) => kind === "text").map(({ name }) => name);
  return [
    ...(measured.length === 0 ? [] : [tiny]),
    ...(movable.length === 0 ? [] : asideArms(inputs, movable)),
    ...(texts.length === 0 ? [] : [{ ...spaced(inputs, texts), nearby: true }]),
    ...movable.map((field): Arm => ({
      name: `moved in ${field.name}`,
      judged: "between",
      fields: [field.name],
      declared: false,
      nearby: true,
      probe: (group, most, random) => drawn(neighbours(group.slice(0, CROWD), inputs, [field]), most, random),
    })),
    ...(movable.length < 2
      ? []
      : [
          {
            name: "moved in all numbers",
            judged: "between",
            fields: movable.map(({ name }) => name),
            declared: false,
            nearby: true,
            probe: (group, most, random) => drawn(neighbours(group.slice(0, CROWD), inputs, movable), most, random),
          } satisfies Arm,
        ]),
  ];
}

/** Texts with a space more at their end. */
const spaced = (inputs: readonly Json[], texts: readonly string[]): Arm =>
  each({ name: "texts with a space more", fields: texts, declared: false }, inputs, () =>
    edit(texts, (value) => (typeof value === "string" ? `${value} ` : value)),
  );

/** Cases half of the way to the next larger value among the group, in each of the fields. */
function neighbours(group: readonly number[], inputs: readonly Json[], fields: readonly Field[]): Probe[] {
  const moved = new Map<number, Json>();
  const partner = new Map<number, number>();
  for (const { path, kind, decimals } of fields) {
    const sorted = group
      .map((position) => ({ position, value: valueAt(inputs[position]!, path) }))
      .filter((item): item is { position: number; value: number } => typeof item.value === "number")
      .toSorted((a, b) => a.value - b.value || a.position - b.position);
    let higher: (typeof sorted)[number] | undefined;
    for (let i = sorted.length - 2; i >= 0; i -= 1) {
      const { position, value } = sorted[i]!;
      if (sorted[i + 1]!.value > value) higher = sorted[i + 1];
      const next = higher;
      if (next === undefined) continue;
      const half = (value + next.value) / 2;
      // On the grid that all values lie on: nobody shall see that this one was made up.
      const middle =
        kind === "integer" ? Math.floor(half) : decimals === undefined ? half : Number(half.toFixed(decimals));
      if (middle === value || middle === next.value) continue;
      moved.set(position, withValue(moved.get(position) ?? inputs[position]!, path, middle));
      partner.set(position, next.position);
    }
  }
  return [...moved].map(([position, input]) => ({ position, input, towards: partner.get(position)! }));
}
