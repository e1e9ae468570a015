/** Where the scratch copy comes in, where the agent works, and what is taken out. */
export const GIVEN = "given";
export const ANSWER = "answer";
const COPY = "copy";

/** What stands in the answer beside the files that were asked for, which are named by their number. */
export const STDOUT = "stdout";
export const CODE = "code";
export const PROBLEM = ".problem";

const STDOUT_BYTES = 131_072;

/**
 * The shell script that runs an agent in a sandbox. What comes in belongs to the engine, so the agent gets a copy; its
 * output and exit code are taken out as files, because a program's own stdout is for answers to inputs.
 */
export function agentScript(wanted: readonly string[]): string {
  return [
    "set -u",
    `cp -R ${GIVEN} ${COPY} && mkdir ${ANSWER} || exit 125`,
    `(cd ${COPY} && exec "$@") >.stdout`,
    `printf %s "$?" >${ANSWER}/${CODE}`,
    `tail -c ${STDOUT_BYTES} .stdout >${ANSWER}/${STDOUT}`,
    ...wanted.map((path, index) => {
      const from = quote(`${COPY}/${path}`);
      const to = `${ANSWER}/${index}`;
      const link = `echo 'is a link' >${to}${PROBLEM}`;
      const odd = `echo 'is not a plain file' >${to}${PROBLEM}`;
      return `if [ -L ${from} ]; then ${link}; elif [ -f ${from} ]; then cp ${from} ${to}; elif [ -e ${from} ]; then ${odd}; fi`;
    }),
    "exit 0",
  ].join("\n");
}

/** A word of the shell that means exactly this text. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
