/** The facts that a commit of an accepted champion carries, so that its message alone can be checked. */
export interface Trailers {
  /** Number of the experiment in its run. */
  readonly experiment: number;
  readonly score: number;
  /** The score of the champion that was replaced. */
  readonly championScore: number;
  /** Digest of the metric lock that was in force. */
  readonly lock: string;
  /** Hash of the ledger event that decided. */
  readonly ledgerHash: string;
}

const SUBJECT_LENGTH = 72;
const LINE_LENGTH = 72;
/** Longest hypothesis that a message quotes, in UTF-16 code units. The whole text is in the ledger. */
const BODY_LENGTH = 4_000;

const NAMES = {
  experiment: "Pawl-Experiment",
  score: "Pawl-Score",
  championScore: "Pawl-Champion-Score",
  lock: "Pawl-Lock",
  ledgerHash: "Pawl-Ledger-Hash",
} as const satisfies Record<keyof Trailers, string>;

/**
 * The commit message of an accepted champion: a subject, the hypothesis quoted where the subject is too short for it,
 * and the trailers as the last paragraph. The hypothesis comes from a hostile proposer: each of its lines begins with
 * words or marks of ours, so that none can be read as a trailer.
 */
export function formatMessage(hypothesis: string, trailers: Trailers): string {
  const text = harmless(hypothesis);
  const start = `Keep experiment ${trailers.experiment}`;
  const full = text === "" ? start : `${start}: ${text}`;
  const subject = shorten(full, SUBJECT_LENGTH);
  const quote = subject === full ? [] : ["", ...wrap(shorten(text, BODY_LENGTH)).map((line) => `> ${line}`)];
  return [
    subject,
    ...quote,
    "",
    `${NAMES.experiment}: ${trailers.experiment}`,
    `${NAMES.score}: ${formatNumber(trailers.score)}`,
    `${NAMES.championScore}: ${formatNumber(trailers.championScore)}`,
    `${NAMES.lock}: ${trailers.lock}`,
    `${NAMES.ledgerHash}: ${trailers.ledgerHash}`,
    "",
  ].join("\n");
}

/**
 * The trailers in the last paragraph of a message, or `null` where it does not carry each of them exactly once and
 * well-formed. Trailers that others added, such as `Signed-off-by`, do no harm.
 */
export function parseTrailers(message: string): Trailers | null {
  const paragraphs = message.trimEnd().split(/\n[ \t]*\n/);
  if (paragraphs.length < 2) return null;
  const found = new Map<string, string>();
  for (const line of (paragraphs.at(-1) ?? "").split("\n")) {
    const [, name, value] = /^(Pawl-[A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (found.has(name)) return null;
    found.set(name, value);
  }
  const experiment = parseNumber(found.get(NAMES.experiment));
  const score = parseNumber(found.get(NAMES.score));
  const championScore = parseNumber(found.get(NAMES.championScore));
  const lock = parseDigest(found.get(NAMES.lock));
  const ledgerHash = parseDigest(found.get(NAMES.ledgerHash));
  if (experiment === null || score === null || championScore === null || lock === null || ledgerHash === null) {
    return null;
  }
  if (!Number.isSafeInteger(experiment) || experiment < 0) return null;
  return { experiment, score, championScore, lock, ledgerHash };
}

/**
 * One line of plain text: no control or invisible characters (terminal escapes, text that runs backwards), and none of
 * the marks by which hosting sites and CI systems take orders from commit messages (`[skip ci]`, `#12`, `@someone`).
 */
function harmless(text: string): string {
  return text
    .slice(0, BODY_LENGTH * 4)
    .replaceAll(/[\s\p{Zl}\p{Zp}\u0085]+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "")
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replaceAll(/#(?=\d)/g, "no. ")
    .replaceAll(/@(?=\w)/g, "(at)")
    .replaceAll(/ +/g, " ")
    .trim();
}

/** At most `length` code units, cut between characters. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text
    .slice(0, length - 1)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd()}…`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** The shortest text that reads back as the same number; `String` alone would lose the sign of zero. */
function formatNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function parseNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function parseDigest(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : null;
}
