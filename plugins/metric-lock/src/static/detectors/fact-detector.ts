import type { Json } from "@pawl/plugin";
import type { Detector, Finding, Severity, TextDetector } from "../../detector.ts";
import type { Fact } from "../read/fact.ts";
import { type Change, type Reading, changesOf, placeOf } from "../read/source.ts";
import type { Value } from "../read/value.ts";

/** What a rule has to say about one fact. */
export interface Hit {
  /** For a person: what this is. */
  readonly what: string;
  readonly severity: Severity;
}

export interface FactRule {
  readonly name: string;
  readonly code: Detector["code"];
  readonly severity: Severity;
  readonly blindTo: string;
  /** The finding in one sentence, without the details. */
  readonly sentence: string;
  /** Names that are allowed, such as `Date.now`; one that ends with `.*` allows all below it. */
  readonly allow: readonly string[];
  look(fact: Fact, change: Change): Hit | undefined;
}

const MOST_SHOWN = 12;

/** A detector that goes through what a candidate does and the champion does not. */
export function factDetector(rule: FactRule): TextDetector {
  const { name, code, severity, blindTo } = rule;
  return {
    name,
    code,
    severity,
    blindTo,
    async inspect({ files }, { champion }) {
      const hits = changesOf(files, champion.files).flatMap((change) => newHits(rule, change));
      return hits.length === 0 ? null : findingOf(rule, hits);
    },
  };
}

interface PlacedHit extends Hit {
  readonly fact: Fact;
  readonly reading: Reading;
}

const known = new WeakMap<Reading, ReadonlySet<string>>();

/** What a file does, by name: what the champion does already is accepted. */
function namesIn(reading: Reading): ReadonlySet<string> {
  let names = known.get(reading);
  if (names === undefined) known.set(reading, (names = new Set(reading.facts.map(keyOf))));
  return names;
}

const keyOf = (fact: Fact): string => {
  const key = `${fact.op} ${fact.name}`;
  // A clock that is started with an argument is another thing than one that is read, and so is another file.
  return fact.op === "call" ? `${key} ${isGiven(fact.args[0])} ${textsOf(fact.args)}` : key;
};

/** `None` is what is taken where nothing is given. */
const isGiven = (arg: Value | undefined): boolean =>
  arg !== undefined && (arg.kind !== "constant" || (arg.value ?? null) !== null);

/** Which file, and to what end. */
function textsOf(args: readonly Value[]): string {
  const texts = args.map((arg) => (arg.kind === "constant" && typeof arg.value === "string" ? arg.value : ""));
  return JSON.stringify(texts.slice(0, 2));
}

function newHits(rule: FactRule, change: Change): PlacedHit[] {
  const { before, after } = change;
  const accepted = before === undefined ? undefined : namesIn(before);
  const found = new Map<string, PlacedHit>();
  for (const fact of after.facts) {
    const hit = rule.look(fact, change);
    if (hit === undefined) continue;
    const key = keyOf(fact);
    if (accepted?.has(key) === true || found.has(`${key} ${fact.at}`) || allows(rule.allow, fact.name)) continue;
    found.set(`${key} ${fact.at}`, { ...hit, fact, reading: after });
  }
  return [...found.values()];
}

function allows(allow: readonly string[], name: string): boolean {
  return allow.some((each) => each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -1))));
}

function findingOf(rule: FactRule, hits: readonly PlacedHit[]): Finding {
  const severity = hits.some((hit) => hit.severity === "reject") ? "reject" : "hold";
  const names = [...new Set(hits.map(({ what }) => what))];
  const evidence: Json = {
    found: hits.slice(0, MOST_SHOWN).map(({ fact, reading, what }) => ({
      what,
      resolved: fact.name,
      how: fact.op === "write" ? fact.how : fact.op,
      ...placeOf(reading, fact.at),
    })),
    ...(hits.length > MOST_SHOWN && { more: hits.length - MOST_SHOWN }),
  };
  const shown = names.slice(0, 4).join(", ") + (names.length > 4 ? " …" : "");
  return { reason: `${rule.sentence}: ${shown}.`, evidence, severity };
}

/** Whether a name is one of these or lies below one of them. */
export function isUnder(name: string, roots: ReadonlySet<string>): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf(".", end - 1)) {
    if (roots.has(name.slice(0, end))) return true;
  }
  return false;
}

/** Names in a row, parted by spaces. */
export const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
