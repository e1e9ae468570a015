import { stream } from "../random.ts";
import { type Brief, readBrief } from "./read-brief.ts";
import { type Edit, MISTAKES, type Remedy, REMEDIES } from "./remedies.ts";
import type { Message } from "./task-model.ts";

/** How often it goes wrong; in [0, 1]. */
const ODDS = {
  /** An idea that sounds well and is wrong. */
  mistake: 0.3,
  /** A search text that is not copied exactly. */
  miscopied: 0.15,
  /** It puts together what was promising. */
  combine: 0.7,
};

/**
 * The stand-in for an engineer: rules, no model. It reads the surface, the failures, and what was tried, out of the prompt
 * of `@pawl/proposer-model`; takes the cause that most failures have; and answers with edits for it. What the prompt says
 * has failed on this champion it leaves alone, and what the prompt does not say it cannot know.
 */
export function answerMeta({ messages }: { readonly messages: readonly Message[] }, seed: number): string {
  const text = (wanted: string): string =>
    messages.flatMap(({ role, content }) => (role === wanted ? [textOf(content)] : [])).join("\n");
  const brief = readBrief(text("system"), textOf(messages.find(({ role }) => role === "user")?.content));
  const isSecondTry = messages.some(({ role }) => role === "assistant");
  const chance = stream(seed, `meta/${brief.experiment}`);
  const order = chance() < ODDS.mistake ? [MISTAKES, REMEDIES] : [REMEDIES, MISTAKES];
  const miscopies = chance() < ODDS.miscopied && !isSecondTry;
  const shift = chance();
  const together = chance() < ODDS.combine ? combined(brief) : undefined;
  if (together !== undefined) return proposal(together.remedy, together.edits, brief, miscopies);
  for (const remedies of order) {
    const open = remedies.flatMap((remedy) => {
      const edits = isKnownToFail(remedy, brief) ? null : remedy.edits(brief);
      return edits === null || edits.length === 0 ? [] : [{ remedy, edits, weight: weightOf(remedy, brief) }];
    });
    const ranked = open.toSorted((a, b) => b.weight - a.weight);
    const chosen = remedies === MISTAKES ? open[Math.floor(shift * open.length)] : ranked[0];
    if (chosen !== undefined) return proposal(chosen.remedy, chosen.edits, brief, miscopies);
  }
  // Nothing is left that it knows of: it says something again.
  const again = REMEDIES.map((remedy) => ({ remedy, edits: remedy.edits(brief) ?? [] })).filter(
    ({ edits }) => edits.length > 0,
  );
  const { remedy, edits } = again[Math.floor(shift * again.length)] ?? { remedy: REMEDIES[0] as Remedy, edits: [] };
  return proposal(remedy, edits, brief, false);
}

const TOGETHER = "Each of these was a little better, together they may be clearly so:";

/** What was better on this champion, but not clearly so, all at once. */
function combined(brief: Brief): { readonly remedy: Remedy; readonly edits: readonly Edit[] } | undefined {
  const promising = brief.tried.filter(
    ({ parent, status, reason }) =>
      parent === brief.champion && status === "rejected" && /better by .* may be luck/.test(reason),
  );
  const parts = REMEDIES.filter(({ idea }) => promising.some((one) => one.idea.startsWith(idea.slice(0, 60))));
  const remedy: Remedy = {
    idea: `${TOGETHER} ${parts.map(({ idea }) => idea.split(":")[0]).join("; ")}.`,
    against: new RegExp(parts.map(({ against }) => against.source).join("|")),
    edits: () => null,
  };
  if (parts.length < 2 || isKnownToFail(remedy, brief)) return undefined;
  const edits: Edit[] = [];
  let { surface } = brief;
  for (const part of parts) {
    for (const edit of part.edits({ ...brief, surface }) ?? []) {
      edits.push(edit);
      surface = surface.replace(edit.search, () => edit.replace);
    }
  }
  return { remedy, edits };
}

/** How many failures it would be good for; more than all where it mends what other changes have failed by. */
function weightOf({ against, after }: Remedy, { causes, tried, champion }: Brief): number {
  const urgent = after !== undefined && tried.some(({ parent, reason }) => parent === champion && after.test(reason));
  const all = [...causes.values()].reduce((sum, count) => sum + count, 0);
  return (urgent ? all : 0) + casesOf(against, causes);
}

const casesOf = (against: RegExp, causes: Brief["causes"]): number =>
  [...causes].reduce((sum, [cause, count]) => sum + (against.test(cause) ? count : 0), 0);

/** Whether the prompt says that it was tried on this champion, or that it is a dead end. */
function isKnownToFail({ idea }: Remedy, { tried, champion, deadEnds }: Brief): boolean {
  if (MISTAKES.some((mistake) => mistake.idea === idea) && deadEnds.includes(idea)) return true;
  return tried.some(
    (one) => one.idea.startsWith(idea.slice(0, 300)) && (one.parent === champion || one.status === "kept"),
  );
}

function proposal({ idea, against }: Remedy, edits: readonly Edit[], brief: Brief, miscopies: boolean): string {
  return JSON.stringify({
    hypothesis: idea,
    expectedEffect: `Up to ${casesOf(against, brief.causes)} of the failures that are shown.`,
    learnIfItFails: "Then these failures have another cause.",
    edits: edits.map(({ search, replace }) => ({
      path: brief.path,
      search: miscopies ? `${search} ` : search,
      replace,
    })),
    files: [],
  });
}

/** Content may come in parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (part as { text?: string }).text ?? "").join("\n");
}
