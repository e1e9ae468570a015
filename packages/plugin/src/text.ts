/** How {@link cleanText} treats a text. */
export interface CleanOptions {
  /** Characters that are kept at most; from the middle of a longer text the rest is left out, and that is said there. */
  readonly maxCharacters?: number;
}

// ECMA-48: CSI with its parameters; OSC, DCS, SOS, PM and APC with their strings; two-character escapes.
// oxlint-disable-next-line no-control-regex
const ESCAPES = /[\u001b\u009b](?:[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\[?[0-?]*[ -/]*[@-~])/gu;
// Controls but tab and line feed; format characters that turn text around, hide in it or mark nothing: bidirectional
// marks, tags, zero-width characters.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;
const DEFAULT_CHARACTERS = 65_536;

/**
 * Makes text of a hostile source fit to be kept, shown and given to a model: well-formed Unicode, no escape sequences,
 * no control or invisible characters but tabs and line breaks, and not longer than `maxCharacters`.
 */
export function cleanText(text: string, { maxCharacters = DEFAULT_CHARACTERS }: CleanOptions = {}): string {
  const rough = capped(text, 4 * maxCharacters);
  const cleaned = rough
    .toWellFormed()
    .replace(ESCAPES, "")
    .replace(/\r\n?|[\u2028\u2029]/gu, "\n")
    .replace(INVISIBLE, (character) => (character === "\n" || character === "\t" ? character : ""));
  return capped(cleaned, maxCharacters);
}

function capped(text: string, most: number): string {
  if (text.length <= most) return text;
  const mark = (left: number): string => `\n[… ${left} characters left out …]\n`;
  const room = Math.max(0, most - mark(text.length).length);
  const head = Math.ceil(room * 0.6);
  const tail = room - head;
  const kept = `${text.slice(0, head)}${mark(text.length - room)}${tail === 0 ? "" : text.slice(-tail)}`;
  // A cut may fall into the middle of a pair of surrogates.
  return kept.toWellFormed().slice(0, most);
}
