import { type Program, PawlError } from "@pawl/plugin";

/** The folder with what Pawl itself puts beside an experiment's files. */
export const OWN = ".pawl";
export const START = `${OWN}/start`;
export const INPUTS = `${OWN}/inputs.jsonl`;
/** Where programs put what they need for themselves, as TMPDIR and HOME. */
export const SCRATCH = `${OWN}/tmp`;

/**
 * What a container does before it has a job: it waits for a line, then runs the script that has been put there. The
 * shell stays the first process, so the container lives on when the program has ended, until the engine has taken what
 * it wants.
 */
export const WAIT_COMMAND: readonly string[] = ["/bin/sh", "-c", `read -r go && . /work/${START}`];

/** A word of the shell that means exactly this text. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export interface Start {
  readonly program: Program;
  readonly seed: number;
  /** Whether there are inputs to be read; else stdin is empty. */
  readonly inputs: boolean;
  /** The socket that leads to models, where the program may ask them. */
  readonly modelSocket?: string | undefined;
  /** Marks the end of the program's output, followed by its exit code. */
  readonly mark: string;
}

/**
 * The script that runs a program and tells its exit code.
 * @throws PawlError `PAWL_CONFIG_INVALID` for an environment variable that no shell can set
 */
export function startScript({ program, seed, inputs, modelSocket, mark }: Start): string {
  const env: Record<string, string> = {
    PAWL_SEED: `${seed}`,
    TMPDIR: `/work/${SCRATCH}`,
    HOME: `/work/${SCRATCH}`,
    ...(modelSocket === undefined ? {} : { PAWL_MODEL_SOCKET: modelSocket }),
    ...program.env,
  };
  for (const [name, value] of Object.entries(env)) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !value.includes("\0")) continue;
    throw new PawlError("PAWL_CONFIG_INVALID", `${JSON.stringify(name)} cannot be an environment variable`, {
      path: "entry.env",
    });
  }
  if (program.argv.some((word) => word.includes("\0"))) {
    throw new PawlError("PAWL_CONFIG_INVALID", "an argument holds a NUL character", { path: "entry.argv" });
  }
  return [
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`),
    `${program.argv.map(quote).join(" ")} <${inputs ? INPUTS : "/dev/null"}`,
    `code=$?`,
    `printf '\\n%s %d\\n' ${quote(mark)} "$code"`,
    // Until the engine ends the container, or ends itself.
    "read -r end",
    "",
  ].join("\n");
}
