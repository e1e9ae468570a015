import type { Parameter } from "../surface/parameters.ts";
import type { Assignment } from "../surface/surface.ts";
import type { Value } from "../surface/tune.ts";
import { describeChange, describeChanges } from "./describe.ts";
import type { Operator } from "./operator.ts";

/** Takes another option of a `@tune` choice; where all single changes were tried, of several at once. */
export const choice: Operator = {
  name: "choice",
  promising: true,
  group: "tune",
  floor: ({ surface }) => surface.parameters.filter(hasOptions).length / (surface.parameters.length + 1),
  applies: ({ surface }) => surface.parameters.some(hasOptions),
  apply({ surface, memory }, random) {
    const parameters = surface.parameters.filter(hasOptions);
    const single = parameters
      .flatMap((parameter) => alternatives(parameter).map((value) => assign(parameter, value)))
      .map((assignment) => ({ assignment, candidate: surface.assign([assignment]) }))
      .filter(({ candidate }) => !memory.hasTried(candidate.key));
    const best = memory.tags.choose(single, ({ assignment }) => tagOf(assignment), random);
    if (best !== undefined) {
      const { assignment, candidate } = best;
      return { ...candidate, hypothesis: describeChange(assignment), memo: { tags: [tagOf(assignment)] } };
    }
    const several = parameters
      .filter(() => random.next() < 0.5)
      .map((parameter) => assign(parameter, random.pick(alternatives(parameter))));
    if (several.length < 2) return undefined;
    return { ...surface.assign(several), hypothesis: describeChanges("set", several), memo: {} };
  },
};

function hasOptions({ domain }: Parameter): boolean {
  return domain.kind === "choice";
}

function alternatives({ domain, value }: Parameter): Value[] {
  return domain.kind === "choice" ? domain.options.filter((option) => option !== value) : [];
}

function assign(parameter: Parameter, value: Value): Assignment {
  return { parameter, value, written: writeValue(parameter, value) };
}

/** Writes an option with the quotes that its place in the source has. */
function writeValue({ file, site }: Parameter, value: Value): string {
  const written = file.literal(value);
  const single = typeof value === "string" && file.text[site.node.start] === "'" && !/['"\\]/.test(value);
  return single ? `'${value}'` : written;
}

function tagOf({ parameter, value }: Assignment): string {
  return `choice:${parameter.id}=${JSON.stringify(value)}`;
}
