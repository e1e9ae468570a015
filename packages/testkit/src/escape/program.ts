import { PRELUDE } from "./prelude.ts";

/** A small program that tries one way out of a JavaScript sandbox. */
export interface EscapeProgram {
  readonly name: string;
  /** What it tries, and how its success would show. */
  readonly tries: string;
  /** Public advisories or reports of the same kind, for whoever wants to read on. */
  readonly kin?: string;
  /** The whole module: a default export that is called twice with {@link EscapeInfo}. */
  readonly code: string;
}

/** What each program is told; the same for all of them, so that their inputs are one batch. */
export interface EscapeInfo {
  /** Path of a file on the host, of which no program may learn the content. */
  readonly canary: string;
  /** Port on the host's loopback interface, at which no program may knock. */
  readonly port: number;
  /** Mebibytes that no program may hold. */
  readonly tooMuchMb: number;
}

/** The parts of a program; which of them it has makes no difference to how it is judged. */
export interface EscapeParts {
  /** Stands before everything else, for static imports. */
  readonly top?: string;
  /** Body of an async function of `info`, run at the first call. The answer is what has been found. */
  readonly attack?: string;
  /** Body of a function of `info` whose value is the first answer, as it is. */
  readonly result?: string;
}

/** Puts a program together. What the attack throws or finds is answered at the first or the second call. */
export function escape(
  name: string,
  tries: string,
  { top = "", attack, result }: EscapeParts,
  kin?: string,
): EscapeProgram {
  const first =
    result === undefined
      ? `const attack = async function (info) { ${attack ?? ""} };
         const first = async (info) => { try { await attack(info); } catch (thrown) { tell("what was thrown", thrown); } return found; };`
      : `const first = function (info) { ${result} };`;
  const code = `${top}
${PRELUDE}
${first}
let calls = 0;
export default function (info) {
  called = { self: this, args: arguments };
  calls += 1;
  return calls === 1 ? first(info) : found;
}
`;
  return { name, tries, code, ...(kin === undefined ? {} : { kin }) };
}
