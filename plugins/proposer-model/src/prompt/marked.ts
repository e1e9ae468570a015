import { type Random, cleanText } from "@pawl/plugin";

/** Stands where a text held the very marks that it is put between. */
const STRIPPED = "[…]";

/**
 * Puts texts of hostile origin between marks that they cannot close: the marks bear a token that was drawn for this
 * prompt, and no text between them holds it.
 */
export class Marker {
  readonly token: string;

  private constructor(token: string) {
    this.token = token;
  }

  /** With a token of its own. */
  static draw(random: Random): Marker {
    const words = Array.from({ length: 4 }, () => random.integer(0, 0xff_ff_ff).toString(16).padStart(6, "0"));
    return new Marker(words.join(""));
  }

  /** With a given token, such as a digest of what is to be marked. */
  static of(token: string): Marker {
    return new Marker(token);
  }

  get opening(): string {
    return `<data-${this.token}>`;
  }

  get closing(): string {
    return `</data-${this.token}>`;
  }

  /** A block of data; `text` may be anything. */
  block(text: string): string {
    const cleaned = cleanText(text, { maxCharacters: Math.max(1, text.length) });
    return `${this.opening}\n${cleaned.replaceAll(this.token, STRIPPED)}\n${this.closing}`;
  }
}
