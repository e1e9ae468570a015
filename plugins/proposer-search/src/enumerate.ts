import { effective, describeChanges } from "./operators/describe.ts";
import type { Move } from "./operators/operator.ts";
import { writeNumber } from "./surface/number.ts";
import type { Parameter } from "./surface/parameters.ts";
import type { Assignment, Surface } from "./surface/surface.ts";

/** A space with more combinations than this is not walked through. */
const LARGEST = 5_000;

/** The first combination of options that was not tried, where there are few enough to look at all of them. */
export function enumerate(surface: Surface, tried: (key: string) => boolean): Move | undefined {
  const choices = surface.parameters.map((parameter) => ({ parameter, options: optionsOf(parameter) }));
  const finite = choices.filter(({ options }) => options.length > 1);
  const total = finite.reduce((product, { options }) => product * options.length, 1);
  if (total < 2 || total > LARGEST) return undefined;
  for (let index = 0; index < total; index += 1) {
    let rest = index;
    const assignments: Assignment[] = [];
    for (const { parameter, options } of finite) {
      assignments.push(options[rest % options.length] as Assignment);
      rest = Math.floor(rest / options.length);
      if (parameter.domain.kind === "free") return undefined;
    }
    const changed = effective(assignments);
    if (changed.length === 0) continue;
    const candidate = surface.assign(changed);
    if (!tried(candidate.key)) return { ...candidate, hypothesis: describeChanges("set", changed), memo: {} };
  }
  return undefined;
}

/** Every value of a parameter that has finitely many of them. */
function optionsOf(parameter: Parameter): Assignment[] {
  const { domain, file, site, value } = parameter;
  if (domain.kind === "choice") {
    return domain.options.map((option) => ({
      parameter,
      value: option,
      written: option === value ? file.source(site.node) : file.literal(option),
    }));
  }
  if (domain.kind === "free" || !domain.integer) return [];
  const low = Math.ceil(domain.min);
  const count = Math.floor(domain.max) - low + 1;
  if (count > LARGEST) return [];
  return Array.from({ length: count }, (_, i) => ({ parameter, value: low + i, written: writeNumber(low + i, true) }));
}
