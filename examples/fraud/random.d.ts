/** A source of numbers, uniform in [0, 1). */
export type Stream = () => number;
/**
 * An independent stream for every seed and label: the same two give the same numbers on every machine.
 * A counter with a step of its own per stream, put through {@link mix}: the idea of SplitMix (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014) in 32 bits. Good enough to simulate with, not for secrets.
 */
export declare function stream(seed: number, label: string): Stream;
/** A uniform number in [low, high). */
export declare function uniform(next: Stream, low: number, high: number): number;
/** A uniform integer in [0, count). */
export declare function index(next: Stream, count: number): number;
/** A normal deviate, by the method of Box and Muller. */
export declare function normal(next: Stream, mean: number, deviation: number): number;
/** A Poisson deviate: how many uniform factors it takes to fall below exp(-mean). For small means. */
export declare function poisson(next: Stream, mean: number): number;
//# sourceMappingURL=random.d.ts.map
