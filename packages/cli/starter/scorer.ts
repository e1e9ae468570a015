import { defineScorer } from "@pawl/plugin";

/** What is known of a day before the stand opens. */
export interface Day {
  /** Degrees Celsius. */
  readonly temperature: number;
  readonly weekend: boolean;
  /** Millimetres. */
  readonly rain: number;
}

/** How far off a surface is: what it says is compared with what was sold. */
export const forecast = defineScorer({
  name: "forecast",
  version: "1",
  create: () => ({
    metric: { name: "mean error", direction: "minimize", unit: "ice creams" },
    // Made up here; read your own file instead. The same split and seed must always give the same cases.
    async load(split, seed) {
      const days = Array.from({ length: 200 }, (_, index) => makeDay(noise(`${split}/${seed}/${index}`)));
      return { split, seed, inputs: days.map(({ day }) => ({ ...day })), reference: days.map(({ sold }) => sold) };
    },
    async score(outputs, { reference }) {
      const samples = reference.map((sold, index) => {
        const output = outputs[index];
        const answer = output !== undefined && "value" in output ? output.value : undefined;
        // No answer is the worst answer.
        return typeof answer === "number" ? Math.min(Math.abs(answer - sold), 1_000) : 1_000;
      });
      return { value: samples.reduce((sum, error) => sum + error, 0) / samples.length, samples };
    },
  }),
});

/** What really happens; the surface never sees this, only days. */
function makeDay(random: () => number): { day: Day; sold: number } {
  const day = {
    temperature: Math.round(5 + 25 * random()),
    weekend: random() < 2 / 7,
    rain: Math.round(20 * random() ** 3),
  };
  const sold = 12 + 5.5 * day.temperature + (day.weekend ? 35 : 0) - (day.rain > 5 ? 30 : 0) + 10 * (random() - 0.5);
  return { day, sold: Math.max(0, Math.round(sold)) };
}

/** A small seeded stream of numbers in [0, 1), after mulberry32 (public domain, Tommy Ettinger). */
function noise(label: string): () => number {
  let state = [...label].reduce((sum, character) => Math.imul(sum ^ character.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
