import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream for tests. */
export interface Generator {
  /** In (0, 1]. */
  uniform(): number;
  /** In [0, 1). */
  uniform01(): number;
  normal(): number;
  /** Student's t with so many degrees of freedom. */
  student(degrees: number): number;
}

export function generator(seed: number): Generator {
  const stream = xoroshiro128plus(seed);
  const uniform = (): number => 1 - uniformFloat64(stream);
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const student = (degrees: number): number => {
    let squares = 0;
    for (let k = 0; k < degrees; k += 1) squares += normal() ** 2;
    return normal() / Math.sqrt(squares / degrees);
  };
  return { uniform, uniform01: () => uniformFloat64(stream), normal, student };
}
