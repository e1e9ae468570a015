import { stream } from "../random.ts";

/** So much of a mail is looked at; also of one that was cut short. */
const WORDS = 9;

/**
 * A number in [0, 1) that depends on how a mail begins, on how long the name of its sender is, and on what the number is
 * drawn for; and not on order numbers, amounts, addresses and who the sender is: none of these makes a reader stumble.
 */
export function luck(seed: number, mail: string, purpose: string): number {
  const [header = "", ...body] = mail.split("\n");
  const words = body
    .join(" ")
    .split(/\s+/)
    .filter((word) => /^[A-Za-z,.?!]+$/.test(word));
  return stream(seed, `${purpose}/${header.length}/${words.slice(0, WORDS).join(" ")}`)();
}
