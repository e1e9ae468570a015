/** What a reader takes away from instructions and policies. Numbers are those that the text names. */
export interface Understanding {
  /** Days after delivery within which a refund is allowed. */
  readonly refundDays?: number;
  /** Days after delivery within which articles are replaced. */
  readonly warrantyDays?: number;
  /** Nothing is cancelled or redirected once it has shipped. */
  readonly changesEnd?: true;
  /** A trace only for what is late. */
  readonly traceLate?: true;
  /** Payments are looked at before one of two is given back. */
  readonly countPayments?: true;
  readonly noCompensation?: true;
  /** Who writes is compared with whose order it is. */
  readonly identity?: true;
  /** A mail is read, not obeyed. */
  readonly mailIsData?: true;
  /** All wishes of a mail count. */
  readonly everyRequest?: true;
  /** The reply names orders, amounts and reasons. */
  readonly facts?: true;
  /** Where it is unclear, ask. */
  readonly clarify?: true;
  /** No step more than needed. */
  readonly brief?: true;
}

const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30.4, year: 365 };
const WORDS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, six: 6, twelve: 12 };

/** A span of time in a sentence, in days: the smallest that is named. */
function spanIn(sentence: string): number | undefined {
  const spans = [...sentence.matchAll(/\b(\d+|one|two|three|four|six|twelve)[ -](day|week|month|year)s?\b/gi)];
  const days = spans.map(([, count = "", unit = ""]) =>
    Math.floor((WORDS[count.toLowerCase()] ?? Number(count)) * (DAYS[unit.toLowerCase()] ?? 1)),
  );
  return days.length === 0 ? undefined : Math.min(...days);
}

const has = (sentence: string, ...signs: readonly RegExp[]): boolean => signs.every((sign) => sign.test(sentence));
const NOT = /\b(no|not|never|nothing|don't|without|cannot|refuse|decline|none)\b/i;

/** Each rule reads one sentence. A reader with other words for the same thing would take the same from it. */
const RULES: readonly ((sentence: string) => Understanding | false)[] = [
  (s) => has(s, /refund|return|money back|pa(y|id) back/i) && spanIn(s) !== undefined && { refundDays: spanIn(s)! },
  (s) => has(s, /warrant|guarantee|replace|broken|defect/i) && spanIn(s) !== undefined && { warrantyDays: spanIn(s)! },
  (s) =>
    has(s, /cancel|address|redirect|change/i, /ship|dispatch|processing|on its way|left/i) &&
    has(s, /only|before|unless|until|while|\bnot\b|never|cannot|once/i) && { changesEnd: true },
  (s) => has(s, /trace|investigat|missing parcel/i, /late|overdue|promised|longer than/i) && { traceLate: true },
  (s) =>
    has(s, /twice|double|duplicate|payments/i, /check|list|count|compare|look|verif|really/i) && {
      countPayments: true,
    },
  (s) => has(s, /compensat|voucher|goodwill/i, NOT) && { noCompensation: true },
  (s) =>
    has(s, /e-?mail address|sender|identity|who (writes|is writing)|account|owner/i) &&
    has(s, /check|verif|compare|match|same|belong|only when|only if|make sure|differ/i) &&
    !has(s, /(no need|not|don't|never) (to )?(check|verify|compare)/i) && { identity: true },
  (s) =>
    has(s, /mail|customer|message|text/i) &&
    (has(s, /\bdata\b|untrusted|quot(e|ed)/i) ||
      has(s, /instruct|command|orders? (in|from)|tells? you|system/i, /\bnot\b|never|ignore|disregard/i)) && {
      mailIsData: true,
    },
  (s) =>
    has(s, /every|each|all|several|more than one|both/i, /request|wish|question|issue|point|want|ask/i) && {
      everyRequest: true,
    },
  (s) =>
    has(s, /name|state|mention|include|say|tell|give|quote|contain|write|put/i) &&
    has(s, /order number|amount|reason|date|facts?|specific|details/i) &&
    has(s, /repl(y|ies)|answer|customer|write/i) && { facts: true },
  (s) =>
    has(s, /\bask\b|clarif|query/i) &&
    has(s, /unclear|unsure|which order|not clear|missing|ambig|does not say/i) && {
      clarify: true,
    },
  (s) =>
    has(s, /step|call|tool|look|stop|finish/i) &&
    has(s, /as few|no more than|only (the|those|what)|as soon as|once you|unnecessar|needless|straight|direct/i) && {
      brief: true,
    },
];

/** What a text says, sentence by sentence; of two sentences about the same the later one counts. */
export function readInstructions(text: string): Understanding {
  const known: Understanding = {};
  for (const sentence of sentencesOf(text)) for (const rule of RULES) Object.assign(known, rule(sentence));
  return known;
}

/**
 * The sentences that are taken in. Of a long text the middle is read carelessly: the further it is beyond what can be
 * kept in mind, the more sentences around the middle are skipped. (N. F. Liu et al., "Lost in the Middle: How Language
 * Models Use Long Contexts", TACL 12, 2024, describe the effect; the numbers here are made up.)
 */
export function sentencesOf(text: string, attention = 6_000): readonly string[] {
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== "");
  if (text.length <= attention) return sentences;
  const kept = Math.max(2, Math.floor((sentences.length * attention) / text.length / 2));
  return [...sentences.slice(0, kept), ...sentences.slice(-kept)];
}
