import pico from "picocolors";

export type Colors = ReturnType<typeof pico.createColors>;

/** Where a command writes. With `--json` stdout carries JSON alone, and what is meant for people goes to stderr. */
export interface Output {
  readonly json: boolean;
  /** For what {@link Output.say} writes. */
  readonly colors: Colors;
  /** Columns of the terminal; undefined where stdout is none. */
  readonly columns: number | undefined;
  /** A line for people. */
  say(line?: string): void;
  /** A line for people that is not the answer: always to stderr. */
  note(line: string): void;
  /** One line of JSON on stdout. Resolves when the reader has taken it, so that a slow one slows the writer down. */
  data(value: unknown): Promise<void>;
  /** Text that is the answer itself, such as TSV, on stdout. */
  text(text: string): Promise<void>;
}

/** Colours are for terminals whose owner has not said no (https://no-color.org). */
export function wantsColors(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv, flag: boolean): boolean {
  if (!flag || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  if ((env["FORCE_COLOR"] ?? "") !== "") return env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true;
}

export function createOutput({ json, color }: { json: boolean; color: boolean }): Output {
  const people = json ? process.stderr : process.stdout;
  // The callback comes also where the reader has gone; waiting for "drain" would then be waiting for ever.
  const write = (text: string): Promise<void> => new Promise((done) => void process.stdout.write(text, () => done()));
  return {
    json,
    colors: pico.createColors(wantsColors(people, process.env, color)),
    get columns() {
      return people.isTTY ? people.columns : undefined;
    },
    say: (line = "") => void people.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    data: (value) => write(`${toJsonLine(value)}\n`),
    text: write,
  };
}

// What JSON leaves as it is and a terminal may obey or turn around.
const RISKY = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** JSON in which a terminal finds nothing to obey: the same value, with more characters escaped. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    RISKY,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
