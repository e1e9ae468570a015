import type { Files } from "@pawl/plugin";
import { type Node, parseScript } from "@pawl/source";
import { javascript } from "../javascript/world.ts";
import { translate } from "../python/translate.ts";
import { python } from "../python/world.ts";
import type { Constant, Fact } from "./fact.ts";
import { TooLong } from "./machine.ts";
import { readProgram } from "./program.ts";

/** What is known of one file from its text alone. */
export interface Reading {
  readonly path: string;
  readonly text: string;
  readonly language: "javascript" | "python" | "other";
  readonly facts: readonly Fact[];
  readonly constants: readonly Constant[];
  readonly comments: readonly { readonly text: string; readonly at: number }[];
  /** Why the file could not be read; nothing else is known of it then. */
  readonly unread?: string;
  /** The parsers do not know the language, so an honest file of it looks just the same. */
  readonly foreign: boolean;
}

const SCRIPT = /\.[cm]?[jt]sx?$/;
const PYTHON = /\.pyw?$/;
const UNPARSED = {
  nesting: () => "it is nested too deeply to be read",
  ambiguous: () => "only a parser could tell code from patterns or elements in it",
  syntax: (message: string) => `it does not parse: ${message}`,
} as const;

/** Reads one file. Never throws: what cannot be read says so. */
export function readText(path: string, text: string): Reading {
  const language = SCRIPT.test(path) ? "javascript" : PYTHON.test(path) ? "python" : "other";
  const nothing = { path, text, language, facts: [], constants: [], comments: [], foreign: false } as const;
  if (language === "other") return { ...nothing, unread: "no parser for this kind of file", foreign: true };
  try {
    const parsed = language === "javascript" ? parseJavaScript(path, text) : translate(text);
    if (typeof parsed === "string") return { ...nothing, unread: parsed };
    const { facts, constants } = readProgram(parsed.program, language === "javascript" ? javascript : python);
    return { path, text, language, facts, constants, comments: parsed.comments, foreign: false };
  } catch (error) {
    if (error instanceof TooLong) return { ...nothing, unread: "it is too large to be read" };
    // The stack ends: the parser for Python does not descend, but whoever walks its trees does.
    if (error instanceof RangeError) return { ...nothing, unread: "it is nested too deeply to be read" };
    throw error;
  }
}

interface Parsed {
  readonly program: Node;
  readonly comments: Reading["comments"];
}

function parseJavaScript(path: string, text: string): Parsed | string {
  const parsed = parseScript(path, text, { types: false });
  if ("problem" in parsed) return UNPARSED[parsed.problem](parsed.message);
  const comments = parsed.comments.map(({ value, start }) => ({ text: value, at: start }));
  return { program: parsed.program, comments };
}

/** A place in a file, for a person. */
export function placeOf({ path, text }: Reading, at: number): { file: string; line: number; snippet: string } {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", next + 1)) {
    line += 1;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  const whole = text.slice(start, end === -1 ? undefined : end);
  const from = whole.length > 160 ? Math.max(0, at - start - 60) : 0;
  return { file: path, line, snippet: whole.slice(from, from + 160).trim() };
}

const KEPT = 8;
const readings = new Map<string, Reading>();

/** Reads a file, or remembers what it read: the champion is the same for many candidates. */
function remembered(path: string, text: string): Reading {
  const key = `${path}\0${text}`;
  const known = readings.get(key);
  readings.delete(key);
  const reading = known ?? readText(path, text);
  readings.set(key, reading);
  for (const oldest of readings.keys()) {
    if (readings.size <= KEPT) break;
    readings.delete(oldest);
  }
  return reading;
}

/** A changed file as it was and as it would be. */
export interface Change {
  readonly before: Reading | undefined;
  readonly after: Reading;
}

const changes = new WeakMap<Files, { readonly champion: Files; readonly found: readonly Change[] }>();

/** The files of a candidate that are not the champion's, read. Every detector asks, and only the first one waits. */
export function changesOf(candidate: Files, champion: Files): readonly Change[] {
  const known = changes.get(candidate);
  if (known?.champion === champion) return known.found;
  const found = compare(candidate, champion);
  changes.set(candidate, { champion, found });
  return found;
}

function compare(candidate: Files, champion: Files): readonly Change[] {
  return Object.entries(candidate)
    .filter(([path, text]) => champion[path] !== text)
    .map(([path, text]) => {
      const old = Object.hasOwn(champion, path) ? champion[path] : undefined;
      return { before: old === undefined ? undefined : remembered(path, old), after: remembered(path, text) };
    });
}
