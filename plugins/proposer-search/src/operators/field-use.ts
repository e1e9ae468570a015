import type { Random } from "@pawl/plugin";
import { type Field, quantile, spread, threshold } from "../surface/fields.ts";
import { accessAt, findInputAccess, type FieldRead, readField } from "../surface/inputs.ts";
import type { TextEdit } from "../surface/surface.ts";
import type { View } from "./operator.ts";
import type { Site } from "./structural.ts";

/** A field read at a certain place. */
export interface FieldAt extends FieldRead {
  readonly field: Field;
  /** What hypotheses and tags call it. */
  readonly name: string;
}

/** A piece of code made from fields. */
export interface Snippet {
  readonly code: string;
  readonly edits: readonly TextEdit[];
  readonly tags: readonly string[];
  /** What it is about, for a sentence. */
  readonly about: string;
}

const owner = {};

/** Whether the input is at hand at a place, and there are fields to use. */
export function hasFields({ file, entry }: Site, { surface, fields }: View): boolean {
  const accesses = surface.cached(owner, () => new Map(surface.sources.map((each) => [each, findInputAccess(each)])));
  return fields.length > 0 && accessAt(entry, accesses.get(file) ?? []) !== undefined;
}

/** Draws a field, preferring those whose use has paid before. */
export function drawField(
  { file, entry }: Site,
  view: View,
  random: Random,
  accepts: (field: Field) => boolean = () => true,
): FieldAt | undefined {
  const access = accessAt(entry, findInputAccess(file));
  const suitable = view.fields.filter(accepts);
  if (access === undefined || suitable.length === 0) return undefined;
  // A few at random and the most promising of them: with hundreds of fields none is forgotten for long.
  const few = Array.from({ length: 4 }, () => random.pick(suitable));
  const field = view.memory.tags.choose(few, (each) => `field:${nameOf(each)}`, random);
  const read = field === undefined ? undefined : readField(file, access, field);
  return field === undefined || read === undefined ? undefined : { ...read, field, name: nameOf(field) };
}

function nameOf({ path }: Field): string {
  return path.length === 0 ? "the input" : path.join(".");
}

/** A condition on one field, with a threshold from the cases seen. */
export function drawCondition(site: Site, view: View, random: Random): Snippet | undefined {
  const drawn = drawField(site, view, random);
  if (drawn === undefined) return undefined;
  const { field, code, edits, name } = drawn;
  const snippet = (condition: string, way: string): Snippet => ({
    code: condition,
    edits,
    tags: [`field:${name}`, `condition:${name}:${way}`],
    about: name,
  });
  if (field.kind === "boolean") {
    const plain = random.next() < 0.6;
    return plain ? snippet(code, "true") : snippet(`!${code}`, "false");
  }
  if (field.kind === "category") {
    const word = random.pick(field.words);
    const operator = random.next() < 0.75 ? "===" : "!==";
    return snippet(`${code} ${operator} ${JSON.stringify(word)}`, `${operator}${word}`);
  }
  const above = random.next() < 0.5;
  // Rules are mostly about the unusual: the outer tenths come up as often as all between.
  const tail = random.next() < 0.5;
  const share = tail ? 0.1 * random.next() : 0.1 + 0.4 * random.next();
  const limit = threshold(field, above ? 1 - share : share);
  return snippet(above ? `${code} > ${limit}` : `${code} <= ${limit}`, above ? "above" : "below");
}

/** A term made of one or two fields, scaled to be about as large as `size`. */
export function drawTerm(site: Site, view: View, size: number, random: Random): Snippet | undefined {
  const weight = size * Math.exp(random.normal() - 1) * (random.next() < 0.5 ? -1 : 1);
  const numeric = (field: Field): boolean => field.kind === "number";
  const drawn = drawField(site, view, random);
  if (drawn === undefined) return undefined;
  const { field, code, edits, name } = drawn;
  const tags = [`field:${name}`, `term:${name}:${weight > 0 ? "plus" : "minus"}`];
  if (field.kind !== "number") {
    const condition = field.kind === "boolean" ? code : `${code} === ${JSON.stringify(random.pick(field.words))}`;
    return { code: `(${condition} ? ${short(weight)} : 0)`, edits, tags, about: name };
  }
  const form = random.next();
  if (form < 0.3 && (field.sorted[0] ?? -1) >= 0) {
    const scale = Math.log1p(spread(field));
    return { code: product(weight / scale, `Math.log1p(${code})`), edits, tags, about: name };
  }
  if (form < 0.5) {
    const second = drawField(site, view, random, numeric);
    if (second !== undefined && second.field !== field && second.edits.length + edits.length === 0) {
      const scale = spread(field) * Math.max(spread(second.field), Math.abs(quantile(second.field, 0.5)));
      const both = product(weight / scale, `${code} * ${second.code}`);
      return { code: both, edits, tags: [...tags, `field:${second.name}`], about: `${name} times ${second.name}` };
    }
  }
  return { code: product(weight / spread(field), code), edits, tags, about: name };
}

function product(weight: number, code: string): string {
  return `${short(weight)} * ${code}`;
}

/** A number with two digits, and a point so that it may be tuned freely. */
export function short(value: number): string {
  const written = String(Number(value.toPrecision(2)));
  return /[.e]/.test(written) ? written : `${written}.0`;
}
