import type { Random } from "@pawl/plugin";
import type { SourceFile } from "../surface/file.ts";
import type { TextEdit } from "../surface/surface.ts";
import type { Entry } from "../surface/tree.ts";
import type { Operator, View } from "./operator.ts";

/** A place where a structural operator can act. */
export interface Site {
  readonly file: SourceFile;
  readonly entry: Entry;
}

/** What it does there. */
export interface Rewrite {
  readonly edits: readonly TextEdit[];
  readonly hypothesis: string;
  readonly tags?: readonly string[];
}

/** How a structural operator is written: where it can act, and what it does there. */
export interface StructuralDefinition {
  readonly name: string;
  /** See {@link Operator.promising}. */
  readonly promising?: boolean;
  /** The node types to look at. */
  readonly types: readonly string[];
  accepts(site: Site, view: View): boolean;
  rewrite(site: Site, view: View, random: Random): Rewrite | undefined;
}

export function structural({ name, promising = false, types, accepts, rewrite }: StructuralDefinition): Operator {
  const owner = {};
  const sitesOf = (view: View): readonly Site[] =>
    view.surface.cached(owner, () =>
      view.surface.sources.flatMap((file) =>
        types
          .flatMap((type) => file.tree.byType.get(type) ?? [])
          .map((entry) => ({ file, entry }))
          .filter((site) => accepts(site, view)),
      ),
    );
  return {
    name,
    group: "structure",
    promising,
    applies: (view) => sitesOf(view).length > 0,
    apply(view, random) {
      const site = random.pick(sitesOf(view));
      const result = rewrite(site, view, random);
      if (result === undefined) return undefined;
      const candidate = view.surface.edit(site.file, result.edits);
      if (candidate === undefined) return undefined;
      const tags = result.tags ?? [];
      return { ...candidate, hypothesis: result.hypothesis, memo: tags.length === 0 ? {} : { tags: [...tags] } };
    },
  };
}

/** A piece of source short enough for a sentence. */
export function quote(source: string): string {
  const flat = source.replaceAll(/\s+/g, " ").trim();
  return `\`${flat.length > 60 ? `${flat.slice(0, 57)}…` : flat}\``;
}
