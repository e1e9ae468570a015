import { stream } from "../random.ts";

/**
 * A number in [0, 1) that depends on the words of a mail and on what it is drawn for, and not on order numbers, amounts,
 * addresses and names: who writes does not change what a reader stumbles over.
 */
export function luck(seed: number, mail: string, purpose: string): number {
  const body = mail.slice(mail.indexOf("\n\n") + 2);
  const words = body.split(/\s+/).filter((word) => /^[a-z,.?!]+$/.test(word));
  return stream(seed, `${purpose}/${words.join(" ")}`)();
}
