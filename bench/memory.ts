import { type Nights, playNights } from "./memory/nights.ts";

/**
 * Whether memory cuts repeated dead ends, and by how much: five runs on one lock, from the same start each, by a scripted
 * model that draws from a hundred ideas of which all but six are dead ends; once with the notebook, once without, for each seed.
 *
 *   node bench/memory.ts [seeds]
 */
const RUNS = 5;
const EXPERIMENTS = 20;

export async function benchMemory(seeds: number): Promise<void> {
  const play = async (memory: boolean): Promise<readonly Nights[]> => {
    const nights: Nights[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      nights.push(await playNights({ memory, seed, runs: RUNS, experiments: EXPERIMENTS }));
    }
    return nights;
  };
  const [without, with_] = [await play(false), await play(true)];
  const sum = (nights: readonly Nights[], of: keyof Nights): number =>
    nights.reduce((total, night) => total + night[of], 0);
  const row = (name: string, nights: readonly Nights[]) => ({
    memory: name,
    experiments: sum(nights, "experiments"),
    "repeated dead ends": sum(nights, "repeats"),
    "of them run": sum(nights, "executedRepeats"),
    "good ideas kept": sum(nights, "found"),
  });
  console.table([row("none", without), row("notebook", with_)]);
  const [before, after] = [sum(without, "repeats"), sum(with_, "repeats")];
  console.log(`Memory cuts repeated dead ends by ${(100 * (1 - after / before)).toFixed(1)} %, over ${seeds} seeds.`);
  const fewer = without.filter((night, index) => (with_[index]?.repeats ?? 0) < night.repeats).length;
  console.log(`There were fewer of them with ${fewer} of ${seeds} seeds.`);
}

if (import.meta.main) await benchMemory(Number(process.argv[2] ?? 10));
