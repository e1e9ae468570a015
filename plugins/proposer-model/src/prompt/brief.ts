import { type ProposeContext, type Redactor, cleanText } from "@pawl/plugin";
import { divide } from "./divide.ts";
import { failureItems, failureWords } from "./failures.ts";
import { experimentItems, noteItems } from "./lessons.ts";
import { Marker } from "./marked.ts";
import type { Section } from "./section.ts";
import { situation, standing } from "./situation.ts";
import { systemPrompt } from "./system.ts";

/** What a model is told for one experiment. */
export interface Brief {
  readonly system: string;
  readonly prompt: string;
  readonly marker: Marker;
}

/** Shares of the room. What is shown of the surface decides whether an edit can be exact. */
const WEIGHTS = { surface: 5, failures: 3, experiments: 2, notes: 1 } as const;
/** What one example may take of the whole room. */
const EXAMPLE_SHARE = 1 / 16;
const SEPARATOR = "\n\n";
const REQUEST = "Propose one change.";

/** What the brief is made with. */
export interface BriefOptions {
  readonly instructions?: string | undefined;
  readonly maxPromptCharacters: number;
  /** Takes out what must not go to a provider. */
  readonly redactor: Redactor;
}

/** Tells all that a proposer may know, in at most `maxPromptCharacters`. The same context gives the same text. */
export async function briefOf(context: ProposeContext, options: BriefOptions): Promise<Brief> {
  const { maxPromptCharacters: most, redactor, instructions } = options;
  const marker = Marker.draw(context.random);
  const system = redactor.text(systemPrompt(marker, instructions));
  const head = redactor.text(`${situation(context)}\n${standing(context)}`);
  const sections = (await sectionsOf(context, Math.floor(most * EXAMPLE_SHARE)))
    .filter(({ items, none }) => items.length > 0 || none !== undefined)
    .map((section) => ({ ...section, items: section.items.map((item) => redactor.text(item)) }));
  const frames = sections.map((section) => frame(section, marker));
  const fixed = [system, head, REQUEST, ...frames].reduce((sum, text) => sum + text.length + SEPARATOR.length, 0);
  const wanted = sections.map(({ items, weight }) => ({
    wants: items.reduce((sum, item) => sum + item.length + SEPARATOR.length, 0),
    weight,
  }));
  const rooms = divide(most - fixed, wanted);
  const texts = sections.map((section, index) => render(section, rooms[index] as number, marker));
  const prompt = [head, ...texts, REQUEST].join(SEPARATOR);
  return { system, prompt, marker };
}

async function sectionsOf(context: ProposeContext, exampleRoom: number): Promise<readonly Section[]> {
  const failures = await context.train.failures();
  const files = Object.entries(context.champion.files);
  return [
    ...files.map(([path, text]) => ({
      title: `Surface: ${path}`,
      intro: "The champion's content of this file, which may change.",
      items: [text],
      weight: WEIGHTS.surface / files.length,
    })),
    {
      title: "Failures",
      intro: "What the champion gets wrong on cases that may be shown, grouped by cause, the worst first.",
      items: failureItems(failures, exampleRoom),
      none: "No failures are known.",
      weight: WEIGHTS.failures,
    },
    {
      title: "Earlier experiments",
      intro: "The newest first. What was not kept has failed: do not propose it again.",
      items: experimentItems(context),
      none: "None yet.",
      weight: WEIGHTS.experiments,
    },
    {
      title: "Notebook",
      intro: "What this and earlier runs have learnt about this very metric.",
      items: noteItems(context.notebook, failureWords(failures)),
      weight: WEIGHTS.notes,
    },
  ];
}

/** A section without its items, for its size. */
function frame(section: Section, marker: Marker): string {
  return render({ ...section, items: section.items.length === 0 ? [] : [""] }, 1, marker);
}

function render({ title, intro, items, none = "" }: Section, room: number, marker: Marker): string {
  if (items.length === 0) return `# ${title}\n${none}`;
  return `# ${title}\n${intro}\n${marker.block(fit(items, room))}`;
}

/** As many items as there is room for. The one that there is too little room for is cut in its middle, unless little is left. */
function fit(items: readonly string[], room: number): string {
  const shown: string[] = [];
  let left = room;
  for (const item of items) {
    const size = item.length + (shown.length === 0 ? 0 : SEPARATOR.length);
    if (size <= left) {
      shown.push(item);
      left -= size;
      continue;
    }
    const rest = left - SEPARATOR.length;
    if (shown.length === 0 || rest > item.length / 2) shown.push(cleanText(item, { maxCharacters: Math.max(0, rest) }));
    break;
  }
  return shown.join(SEPARATOR);
}
