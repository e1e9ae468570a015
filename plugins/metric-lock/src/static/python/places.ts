import type { Node } from "@pawl/source";
import { noteSize } from "../read/limits.ts";
import type { Machine } from "../read/machine.ts";
import { ZONE, isFrom, tell } from "../read/origins.ts";
import { callComparator } from "../read/sorting.ts";
import { UNKNOWN, type Value } from "../read/value.ts";

const ALLOCATES =
  /^(?:builtins\.(?:bytearray|bytes)|(?:numpy|torch|jax\.numpy)\.(?:zeros|ones|empty|full|arange)|array\.array)$/;
const DATES = /^datetime\.datetime(?:\.(?:strptime|fromisoformat))?$/;
const WITH_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$|%z/;

/** How many numbers an array of this size, or of these sizes, has. */
function sizeOf(size: Value): number {
  if (size.kind === "list") return size.items.reduce((product, each) => product * sizeOf(each), 1);
  return size.kind === "constant" ? Number(size.value) : Number.NaN;
}

/** What a call tells of the place where it is made; `undefined` where it makes what it always makes. */
export function callPlace(m: Machine, path: string, args: readonly Value[], node: Node): Value | undefined {
  if (ALLOCATES.test(path)) for (const arg of args) noteSize(m, sizeOf(arg), node);
  const constants = args.length > 0 && args.every(({ kind }) => kind === "constant");
  // Of a case it is an hour like any other; of a constant it is the zone.
  if (/^datetime\.(?:datetime|date)\.fromtimestamp$/.test(path) && constants && args.length === 1)
    tell(m, "time zone", node);
  const [first] = args;
  if (path === "functools.cmp_to_key" && first !== undefined) callComparator(m, first, node);
  if (!DATES.test(path) || !constants) return undefined;
  const hasZone = args.some((arg) => arg.kind === "constant" && WITH_ZONE.test(String(arg.value)));
  return hasZone ? undefined : { kind: "unknown", from: "moment" };
}

/** Calls a method of a date without a zone that is made of constants, or of something unknown. */
export function callDate(m: Machine, of: Value, name: string, args: readonly Value[], node: Node): Value {
  if (name === "astimezone" && (args.length === 0 || isFrom(of, "moment"))) tell(m, "time zone", node);
  return name === "timestamp" && isFrom(of, "moment") ? ZONE : UNKNOWN;
}
