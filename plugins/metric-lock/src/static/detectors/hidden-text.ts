import { z } from "zod";
import type { Finding, TextDetector } from "../../detector.ts";
import { newConstants } from "../read/novelty.ts";
import { type Change, changesOf, placeOf } from "../read/source.ts";
import { readings, sentencesIn } from "./disguises.ts";
import { ADDRESSES, INVISIBLE, ORDERS, TO_JUDGES, lookAlikes, plainText } from "./text-patterns.ts";

export const hiddenTextOptions = z.strictObject({
  /** Texts that may stand in comments and strings although they read like an address to a judge. */
  allow: z.array(z.string()).default([]),
});

/**
 * Sees text that is not what it seems: characters that do not show or that turn the order of others round, letters that
 * look like others, and words addressed to whoever judges the candidate.
 */
export function hiddenText({ allow }: z.output<typeof hiddenTextOptions>): TextDetector {
  return {
    name: "hidden text",
    code: "PAWL_GAMING_HIDDEN_TEXT",
    severity: "hold",
    blindTo: "an address to a judge in words, or in a language, that it does not know",
    async inspect({ files }, { champion, hypothesis }) {
      for (const change of changesOf(files, champion.files)) {
        const found = invisible(change) ?? similar(change) ?? addressed(change, allow);
        if (found !== null && found !== undefined) return found;
      }
      return ordering(hypothesis, allow);
    },
  };
}

/** Hypotheses are prose about a change, and later proposers and people read them: only what gives orders stands out. */
function ordering(hypothesis: string, allow: readonly string[]): Finding | null {
  const hidden = hypothesis.match(INVISIBLE)?.[0];
  const found = readings(hypothesis).find((text) => ORDERS.some((pattern) => pattern.test(plainText(text))));
  if (hidden === undefined && found === undefined) return null;
  if (allow.some((each) => plainText(hypothesis).includes(plainText(each)))) return null;
  return {
    reason: "Its hypothesis has words that seem to be addressed to whoever judges it, or characters that do not show.",
    evidence: { hypothesis: JSON.stringify(hypothesis.slice(0, 200)), reads: (found ?? "").slice(0, 200) },
  };
}

const ORDINARY = /^[\t\n\r\u0020-\u007e]*$/;

function invisible({ before, after }: Change): Finding | undefined {
  if (ORDINARY.test(after.text)) return undefined;
  const old = before === undefined ? new Set<string>() : new Set(before.text.match(INVISIBLE));
  for (const match of after.text.matchAll(INVISIBLE)) {
    if (old.has(match[0])) continue;
    const code = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    const place = placeOf(after, match.index);
    return {
      reason: `It has a character that does not show, or that turns others round: ${code}.`,
      evidence: { character: code, ...place, snippet: JSON.stringify(place.snippet) },
    };
  }
  return undefined;
}

function similar({ before, after }: Change): Finding | undefined {
  const old = before === undefined ? new Set<string>() : new Set(lookAlikes(before.text).map(({ word }) => word));
  const found = lookAlikes(after.text).find(({ word }) => !old.has(word));
  if (found === undefined) return undefined;
  return {
    reason: `It has a name that looks like ${found.seems} and is another.`,
    evidence: { word: JSON.stringify(found.word), seems: found.seems, ...placeOf(after, found.at) },
  };
}

function addressed(change: Change, allow: readonly string[]): Finding | undefined {
  const { before, after } = change;
  const old = new Set(before?.comments.map(({ text }) => text));
  const comments = after.comments.filter(({ text }) => !old.has(text)).map((each) => ({ ...each, to: ADDRESSES }));
  // The texts of a surface that asks a model itself are for that model first of all.
  const asks = before?.facts.some(({ op, name }) => op === "call" && name === "model") === true;
  const strings = newConstants(change, true).flatMap(({ value, at }) =>
    typeof value === "string" && value.length >= 12 ? [{ text: value, at, to: asks ? TO_JUDGES : ADDRESSES }] : [],
  );
  // A sentence may run over several comments.
  const together =
    comments.length > 1
      ? [{ text: comments.map(({ text }) => text).join(" "), at: comments[0]?.at ?? 0, to: ADDRESSES }]
      : [];
  const named = sentencesIn(after.text)
    .filter(({ name }) => before?.text.includes(name) !== true)
    .map((each) => ({ ...each, to: ADDRESSES }));
  for (const { text, at, to } of [...comments, ...strings, ...together, ...named]) {
    if (allow.some((each) => plainText(text).includes(plainText(each)))) continue;
    for (const plain of readings(text).map(plainText)) {
      const address = to.find((pattern) => pattern.test(plain));
      if (address === undefined) continue;
      return {
        reason: "It has words that seem to be addressed to whoever judges it.",
        evidence: { text: text.slice(0, 200), matched: address.exec(plain)?.[0] ?? "", ...placeOf(after, at) },
      };
    }
  }
  // A file of another language has no comments that are known as such.
  if (after.language !== "other") return undefined;
  const lines = new Set(before?.text.split("\n"));
  for (const [index, line] of after.text.split("\n").entries()) {
    if (!lines.has(line) && ADDRESSES.some((pattern) => pattern.test(plainText(line)))) {
      return {
        reason: "It has words that seem to be addressed to whoever judges it.",
        evidence: { file: after.path, line: index + 1, snippet: line.slice(0, 160) },
      };
    }
  }
  return undefined;
}
