import type { SourceFile } from "../surface/file.ts";
import type { Surface } from "../surface/surface.ts";
import { BOUND, type Entry, siblings, USED } from "../surface/tree.ts";
import { weighted } from "./choose.ts";
import { partners } from "./partner.ts";
import { quote } from "./structural.ts";
import type { Operator, View } from "./operator.ts";

/** A statement that only the partner has, and the statement of ours that it stands next to there. */
interface Graft {
  readonly file: SourceFile;
  readonly code: string;
  readonly anchor: Entry;
  readonly after: boolean;
}

/** Takes over a statement of an earlier good candidate, at the place where it stands there. */
export const transplant: Operator = {
  name: "transplant",
  group: "crossover",
  applies: (view) => structuralPartners(view).length > 0,
  apply(view, random) {
    const elites = structuralPartners(view);
    const partner = weighted(elites, (each) => 1 / (1 + elites.indexOf(each)), random);
    if (partner === undefined) return undefined;
    const other = view.memory.surfaceOf(partner.key, partner.files);
    const grafts = findGrafts(view.surface, other);
    if (grafts.length === 0) return undefined;
    const { file, code, anchor, after } = random.pick(grafts);
    const indentation = file.indentation(anchor.node);
    const end = file.endWithComment(anchor.node);
    const edit = after
      ? { start: end, end, text: `${file.newline}${indentation}${code}`, anchor }
      : { start: anchor.node.start, end: anchor.node.start, text: `${code}${file.newline}${indentation}`, anchor };
    const candidate = view.surface.edit(file, [edit]);
    if (candidate === undefined) return undefined;
    return { ...candidate, hypothesis: `take over ${quote(code)} from experiment ${partner.number}`, memo: {} };
  },
};

function structuralPartners(view: View) {
  return partners(view).filter(({ group }) => group !== "tune");
}

function findGrafts(mine: Surface, theirs: Surface): Graft[] {
  return mine.sources.flatMap((file) => {
    const other = theirs.sources.find(({ path }) => path === file.path);
    return other === undefined || other.text === file.text ? [] : graftsBetween(file, other);
  });
}

function graftsBetween(file: SourceFile, other: SourceFile): Graft[] {
  const ours = new Map<string, Entry>();
  for (const entry of file.tree.entries) if (entry.listed) ours.set(statementKey(file, entry), entry);
  // A statement that differs from one of ours in its constants only is a matter of tuning.
  const shapes = new Set([...ours.values()].map((entry) => file.shape(entry)));
  const names = new Set(namesOf(file, 0, file.tree.tokens.length));
  const listed = other.tree.entries.filter((entry) => entry.listed);
  const byNode = new Map(listed.map((entry) => [entry.node, entry]));
  return listed.flatMap((entry): Graft[] => {
    if (shapes.has(other.shape(entry)) || !/^(If|Expression)/.test(entry.node.type)) return [];
    const code = other.source(entry.node);
    if (code.length > 600 || /\b(await|yield|break|continue)\b/.test(code) || code.includes("@tune")) return [];
    if (!namesOf(other, entry.from, entry.to).every((name) => names.has(name))) return [];
    const row = siblings(entry);
    const at = row.indexOf(entry.node);
    const neighbour = (index: number): Entry | undefined => {
      const node = row[index];
      const place = node === undefined ? undefined : byNode.get(node);
      return place === undefined ? undefined : ours.get(statementKey(other, place));
    };
    const before = neighbour(at - 1);
    const behind = neighbour(at + 1);
    if (before !== undefined) return [{ file, code, anchor: before, after: true }];
    return behind === undefined ? [] : [{ file, code, anchor: behind, after: false }];
  });
}

/** What a statement says, names as they are. */
function statementKey(file: SourceFile, { from, to }: Entry): string {
  return file.tree.tokens.slice(from, to).join(" ");
}

function namesOf(file: SourceFile, from: number, to: number): string[] {
  return file.tree.tokens
    .slice(from, to)
    .filter((token) => token.startsWith(BOUND) || token.startsWith(USED))
    .map((token) => token.slice(1));
}
