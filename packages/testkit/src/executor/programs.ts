import type { Entry, Execution, Files } from "@pawl/plugin";

/** A candidate of the suite: its files and how it is started. */
export interface SurfaceProgram {
  readonly files: Files;
  readonly entry: Entry;
}

/** A candidate that fights the sandbox, and how it may end. */
export interface HostileProgram extends SurfaceProgram {
  /** `error`: the outcome is `ok`, and every input has an error. */
  readonly ends: readonly (Execution["outcome"] | "error")[];
}

/**
 * The same small candidates in one language. The suite brings them for JavaScript and TypeScript; an author whose
 * executor understands something else writes them in that. Each gets its inputs one by one and answers each in turn.
 */
export interface Behaviours {
  /** Answers each input unchanged, whatever JSON value it is. */
  readonly echo: SurfaceProgram;
  /** Breaks before it has answered anything: it throws, aborts or exits with an error at the start. */
  readonly crash: SurfaceProgram;
  /** Never answers and is busy: an endless loop. */
  readonly spin: SurfaceProgram;
  /** Never answers and is idle: it sleeps, or waits for something that never comes. */
  readonly wait: SurfaceProgram;
  /** Takes ever more memory, touches all of it, and stops for nothing. */
  readonly hog: SurfaceProgram;
  /** Answers each input, a number, with a text of that many letters x. */
  readonly flood: SurfaceProgram;
  /**
   * Keeps a count in every place that might outlast the job (globals, statics, files in the working and the temporary
   * folder, the environment), adds one for each input, and answers the highest count that it finds.
   */
  readonly remember: SurfaceProgram;
  /**
   * Each input is `{ "mark": text, "rounds": number }`. Leaves the mark in every place where another job might find it,
   * looks for other marks that many times, and answers the list of those that it saw.
   */
  readonly meet: SurfaceProgram;
  /** Fails on the input `"fail"` alone and answers all others unchanged. For languages where one input can fail. */
  readonly fail?: SurfaceProgram;
  /** Prints `printed by the candidate` where its language prints, and answers each input unchanged. */
  readonly print?: SurfaceProgram;
  /** Prints far more than anyone wants to keep, 32 MiB or more, then answers each input unchanged. */
  readonly printFlood?: SurfaceProgram;
  /** Answers each input with a random number, of which the job's seed is the only source. */
  readonly random?: SurfaceProgram;
  /** Answers something that is no JSON data. Each such input must become an error, or the job a failure. */
  readonly garbage?: SurfaceProgram;
  /** Leaves the bytes 0 to 255 in the artifact `bytes.bin`, which its entry declares, and answers nothing. */
  readonly artifact?: SurfaceProgram;
}

/** What an executor is tested with, in one of the languages that it understands. */
export interface EntryPrograms {
  /** Such as `Rust`. */
  readonly name: string;
  readonly behaviours: Behaviours;
  /** More hostile candidates by name, for what this language alone can do. */
  readonly hostile?: Readonly<Record<string, HostileProgram>>;
}
