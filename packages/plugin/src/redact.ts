import type { Json } from "./json.ts";
import { type Known, knownSecrets } from "./secrets.ts";

/** Takes secrets out of what is about to be kept or shown. */
export interface Redactor {
  text(text: string): string;
  /** Every string of a JSON value, keys included; also a secret that is spread over the strings of a list. */
  json<T extends Json>(value: T): T;
  /** Pieces of one text, as a stream brings them: a secret that is spread over several is found, too. */
  pieces(pieces: readonly string[]): string[];
  /**
   * Whether the text holds the value of a secret of this environment: one that is long and mixed enough to be there by
   * no accident.
   */
  betrays(text: string): boolean;
}

/** Shapes that only secrets have. Each leaves its first characters, so that a reader sees what was there. */
const PATTERNS: readonly RegExp[] = [
  // Keys of model providers and code hosts, and tokens with a prefix of their own.
  /(?<![\w-])(sk-(?:ant-|proj-|or-)?)[\w-]{16,}/g,
  /(?<!\w)(gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|xapp-|hf_|npm_|pypi-|AIza|ya29\.|[rs]k_(?:live|test)_|dop_v1_|SG\.)[\w.-]{16,}/g,
  /(?<!\w)(AKIA|ASIA)[A-Z0-9]{16}(?!\w)/g,
  // JSON web tokens. Looked for at the start of a run of characters only: else the time would be quadratic.
  /(?<![\w-])(eyJ)[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:(?!-----END )[^])*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  // Headers, settings and addresses that carry one.
  /\b((?:proxy-)?authorization["']?\s{0,8}[:=]\s{0,8}["']?(?:[a-z]{1,20}\s{1,8})?)[^\s"',;]{8,}/gi,
  /\b((?:x-)?(?:api|access|secret|private|auth)[-_ ]?(?:key|token)(?:[-_]id)?\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?)(?=[\w.~+/=-]{0,100}\d)[\w.~+/=-]{12,}/gi,
  /\b((?:client[-_]?secret|password|passwd|pwd)\\?["']?\s{0,8}[:=]\s{0,8}\\?["'])[^\s"'\\]{6,}(?=\\?["'])/gi,
  /\b((?:bearer|basic)\s{1,8})(?=[\w.~+/=-]{0,100}\d)[\w.~+/=-]{16,}/gi,
  /(:\/\/[^\s/:@"']{1,100}:)[^\s/@"']{1,200}(?=@)/g,
];
/** What every one of the patterns needs: most texts have none of it, and cost one look. */
const SUSPICIOUS =
  /sk-|gh[pousr]_|github_pat_|glpat-|xox|xapp-|hf_|npm_|pypi-|AIza|ya29|k_live_|k_test_|dop_v1_|SG\.|AKIA|ASIA|eyJ|PRIVATE KEY|:\/\/[^\s/:@"']{1,100}:|authorization|(?:api|access|secret|private|auth)[-_ ]?(?:key|token)|client[-_]?secret|passw|pwd|bearer\s|basic\s/i;
/** Fields of an object whose value is a secret whatever it looks like. */
const SECRET_FIELD =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?(?:api|access|secret|private|auth)[-_]?(?:key|token)|client[-_]?secret|password|passwd)$/i;
const MARK = "[redacted]";

/**
 * Makes a redactor that knows secrets by their shape and by their value, also where the value is escaped for JSON or an
 * address, or encoded in Base64 or hex. What a program deliberately takes apart (letter by letter, turned around) nobody
 * can know again.
 * @param environment variables whose names look like those of secrets give values to look for
 * @param values further values that must not be kept
 */
export function createRedactor(
  environment: Readonly<Record<string, string | undefined>> = {},
  values: readonly string[] = [],
): Redactor {
  const known = knownSecrets(environment, values);
  const text = (plain: string): string => {
    let redacted = byValue(plain, known);
    if (!SUSPICIOUS.test(redacted)) return redacted;
    for (const pattern of PATTERNS) redacted = redacted.replace(pattern, `$1${MARK}`);
    return redacted;
  };
  const pieces = (parts: readonly string[]): string[] => spread(parts, text);
  const json = (value: Json): Json => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) {
      if (value.length > 1 && value.every((item) => typeof item === "string")) return pieces(value);
      return value.map(json);
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        text(key),
        SECRET_FIELD.test(key) && typeof each === "string" && each.length >= 6 ? MARK : json(each),
      ]),
    );
  };
  return {
    text,
    json: json as Redactor["json"],
    pieces,
    betrays: (plain) => known.some(({ forms, strong }) => strong && forms.some((form) => plain.includes(form))),
  };
}

function byValue(plain: string, known: readonly Known[]): string {
  let redacted = plain;
  for (const { forms, word } of known) {
    for (const form of forms) {
      if (!redacted.includes(form)) continue;
      redacted = word === undefined ? redacted.replaceAll(form, MARK) : redacted.replace(word, MARK);
    }
  }
  return redacted;
}

/**
 * Redacts pieces one by one, and then what only shows when they are put together: from where the redacted whole begins
 * to differ up to where it is the same again, the pieces give way to it.
 */
function spread(parts: readonly string[], text: (plain: string) => string): string[] {
  const single = parts.map(text);
  const joined = single.join("");
  const whole = text(joined);
  if (whole === joined) return single;
  let start = 0;
  while (start < whole.length && whole[start] === joined[start]) start += 1;
  let end = 0;
  const most = Math.min(whole.length, joined.length) - start;
  while (end < most && whole[whole.length - 1 - end] === joined[joined.length - 1 - end]) end += 1;
  const middle = whole.slice(start, whole.length - end);
  const last = joined.length - end;
  let at = 0;
  let told = false;
  return single.map((part) => {
    const [from, to] = [at, at + part.length];
    at = to;
    const before = part.slice(0, Math.max(0, start - from));
    const after = part.slice(Math.max(0, Math.min(part.length, last - from)));
    // The piece in which the difference begins takes all of it.
    const begins: boolean = !told && to > start;
    if (begins) told = true;
    if (to <= start || from >= last) return begins ? `${before}${middle}${part.slice(before.length)}` : part;
    return `${before}${begins ? middle : ""}${after}`;
  });
}
