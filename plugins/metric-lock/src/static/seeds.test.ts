import { describe, expect, test } from "vitest";
import { type Surface, told, train, verdictOn } from "./test/surfaces.ts";

/** What the lock says where `from` became `to` in a surface that had `from`. */
async function changed(surface: Surface, from: string, to: string, options = {}): Promise<string> {
  expect(surface.text).toContain(from);
  return told(await verdictOn(surface, surface.text.replace(from, to), options));
}

describe("a surface with a seed of its own from the start", () => {
  const surface: Surface = { ...train, text: train.text.replace('int(os.environ.get("PAWL_SEED", "1"))', "42") };

  test("another seed is held", async () => {
    expect(await changed(surface, "default_rng(42)", "default_rng(137)")).toMatch(
      /^hold PAWL_GAMING_SEED: .*numpy\.random\.default_rng\(137\)/,
    );
    expect(await changed(surface, "default_rng(42)", "default_rng(40 + 2 * 7)")).toMatch(/^hold PAWL_GAMING_SEED/);
  });

  test("the same seed passes in any spelling", async () => {
    expect(await changed(surface, "default_rng(42)", "default_rng(6 * 7)")).toMatch(/^pass/);
  });

  test("an option allows other seeds", async () => {
    const options = { static: { seeds: { allow: ["numpy.random.default_rng"] } } };
    expect(await changed(surface, "default_rng(42)", "default_rng(137)", options)).toMatch(/^pass/);
  });
});

test("a program in JavaScript that leaves the host's seed out is held", async () => {
  const text = "const seed = Number(process.env.PAWL_SEED);\nconsole.log(JSON.stringify(seed % 7));\n";
  const surface: Surface = { file: "main.js", text, inputs: () => null };
  expect(await changed(surface, "process.env.PAWL_SEED", "137")).toMatch(/^hold PAWL_GAMING_SEED: .*PAWL_SEED/);
  expect(await changed(surface, "process.env.PAWL_SEED", 'process.env["PAWL_SEED"]')).toMatch(/^pass/);
  expect(await changed(surface, "seed % 7", "seed % 8")).toMatch(/^pass/);
});
