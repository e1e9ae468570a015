import type { Elite } from "../search/elites.ts";
import type { View } from "./operator.ts";

/** The earlier good candidates that differ from the surface at hand. */
export function partners({ memory, surface }: View): readonly Elite[] {
  return memory.elites.list.filter(({ key }) => key !== surface.key);
}
