import { hash } from "node:crypto";
import { BOUND, USED } from "./tree.ts";

/** Gives every name that the file declares a number, in order of appearance, so that a renamed local is no change. */
export function renameLocals(tokens: readonly string[]): string[] {
  const declared = new Set<string>();
  for (const token of tokens) if (token.startsWith(BOUND)) declared.add(token.slice(1));
  const numbers = new Map<string, string>();
  return tokens.map((token) => {
    if (!token.startsWith(BOUND) && !token.startsWith(USED)) return token;
    const name = token.slice(1);
    if (!declared.has(name)) return name;
    let number = numbers.get(name);
    if (number === undefined) {
      number = `$${numbers.size}`;
      numbers.set(name, number);
    }
    return number;
  });
}

/** A fingerprint of texts: 128 bits of SHA-256, enough to tell any number of candidates apart. */
export function fingerprint(parts: readonly string[]): string {
  return hash("sha256", parts.join("\n"), "base64url").slice(0, 22);
}
