/**
 * Variables of the caller that git may see. Everything else that starts with `GIT_` is dropped: `GIT_DIR`,
 * `GIT_INDEX_FILE` and their like are set inside of hooks and would lead git to another repository or to the
 * user's own index.
 */
const KEPT =
  /^GIT_(?:CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL))$/;

/** The environment for a git command: the caller's, sanitised, plus what makes git's answers predictable. */
export function gitEnvironment(caller: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(caller).filter(([name]) => !name.startsWith("GIT_") || KEPT.test(name));
  return {
    ...Object.fromEntries(kept),
    // Messages are matched below, so they must be in English.
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    // Do not refresh the user's index behind their back.
    GIT_OPTIONAL_LOCKS: "0",
    // A path is a path, also when it looks like a pattern.
    GIT_LITERAL_PATHSPECS: "1",
    // A commit's content is what its hash says, whatever refs/replace says.
    GIT_NO_REPLACE_OBJECTS: "1",
  };
}
