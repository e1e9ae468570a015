import { git } from "./command.ts";
import { parseTrailers, type Trailers } from "./trailers.ts";

/** One commit as {@link readLog} reads it. */
export interface LoggedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Whole seconds, as git keeps it. */
  readonly committedAt: Date;
  readonly message: string;
  /** `null` where the message does not carry a full and well-formed set. */
  readonly trailers: Trailers | null;
}

/** At most `max` commits, newest first, of the history that ends in the commit `tip`. */
export async function readLog(root: string, tip: string, max: number): Promise<readonly LoggedCommit[]> {
  const list = await git(root, ["rev-list", `--max-count=${max}`, tip]);
  // The raw objects rather than `git log`: no setting of the user can change what they look like.
  const objects = Buffer.from(await git(root, ["cat-file", "--batch"], { stdin: list }));
  const commits: LoggedCommit[] = [];
  for (let at = 0; at < objects.length;) {
    const headerEnd = objects.indexOf("\n", at);
    const [commit = "", , size = "0"] = objects.toString("utf8", at, headerEnd).split(" ");
    const start = headerEnd + 1;
    const end = start + Number(size);
    commits.push(parseCommit(commit, objects.toString("utf8", start, end)));
    at = end + 1;
  }
  return commits;
}

function parseCommit(commit: string, text: string): LoggedCommit {
  const split = text.indexOf("\n\n");
  const headers = split === -1 ? text : text.slice(0, split);
  const message = split === -1 ? "" : text.slice(split + 2);
  let tree = "";
  let seconds = 0;
  const parents: string[] = [];
  for (const line of headers.split("\n")) {
    const [, name, value = ""] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (name === "tree") tree = value;
    else if (name === "parent") parents.push(value);
    else if (name === "committer") seconds = Number(/ (-?\d+) [+-]\d{4}$/.exec(value)?.[1] ?? 0);
  }
  return {
    commit,
    tree,
    parents,
    committedAt: new Date(seconds * 1_000),
    message,
    trailers: parseTrailers(message),
  };
}
