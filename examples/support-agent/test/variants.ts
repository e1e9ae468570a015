import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { POLICIES } from "../office.ts";
import type { Brief } from "../stand-in/read-brief.ts";
import { type Edit, type Remedy, REMEDIES } from "../stand-in/remedies.ts";
import type { Agent } from "./serve-mails.ts";

const FOLDER = join(import.meta.dirname, "..");

/** The harness to start with. */
export const START = await readFile(join(FOLDER, "harness.ts"), "utf8");

/** What a prompt would say about a surface, as far as remedies look at it. */
export function briefAbout(surface: string): Brief {
  const causes = new Map<string, number>();
  return {
    surface,
    path: "harness.ts",
    champion: 0,
    experiment: 1,
    causes,
    examples: "",
    tried: [],
    deadEnds: "",
    told: Object.values(POLICIES),
  };
}

/** The surface after an idea, whose edits must apply as exactly as the engine wants them. */
export function treated(surface: string, remedy: Remedy): string {
  const edits = remedy.edits(briefAbout(surface));
  if (edits === null || edits.length === 0) throw new Error(`"${remedy.idea}" finds nothing to do`);
  return edits.reduce(apply, surface);
}

/** Words of the ideas that together make a good harness. */
export const LADDER = [
  "all rules",
  "when to use it",
  "name the order",
  "all wishes",
  "which order",
  "check before",
  "stop looking",
];
const KNOBS: readonly (readonly [from: RegExp, to: string])[] = [
  [/MAIL_CHARACTERS = \d+/, "MAIL_CHARACTERS = 1500"],
  [/ANSWER_TOKENS = \d+/, "ANSWER_TOKENS = 300"],
  [/MOST_STEPS = \d+/, "MOST_STEPS = 10"],
];

/** The harness to start with after some ideas, and with better numbers unless it shall keep its own. */
export function ladder(ideas: readonly string[], numbers = true): string {
  const start = numbers ? KNOBS.reduce((surface, [from, to]) => surface.replace(from, to), START) : START;
  return ideas.reduce((surface, words) => {
    const remedy = REMEDIES.find(({ idea }) => idea.includes(words));
    if (remedy === undefined) throw new Error(`there is no idea with "${words}"`);
    return treated(surface, remedy);
  }, start);
}

function apply(text: string, { search, replace }: Edit): string {
  if (text.split(search).length !== 2) throw new Error(`"${search}" does not stand there exactly once`);
  return text.replace(search, () => replace);
}

/** Loads a surface as a module, beside a copy of the office. */
export async function agentOf(surface: string): Promise<Agent> {
  const folder = await mkdtemp(join(tmpdir(), "pawl-support-"));
  try {
    await copyFile(join(FOLDER, "office.ts"), join(folder, "office.ts"));
    await writeFile(join(folder, "harness.ts"), surface);
    const loaded = (await import(pathToFileURL(join(folder, "harness.ts")).href)) as { default: Agent };
    return loaded.default;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
