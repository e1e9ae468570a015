import { PawlError } from "@pawl/plugin";
import { tryGit } from "./command.ts";
import { gitEnvironment } from "./environment.ts";

/** Whom git would name as committer here. */
export interface Identity {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** The identity that the user has configured. git's guesses from login and host name do not count. */
export async function userIdentity(root: string): Promise<Identity> {
  const pattern = String.raw`^(user|committer)\.(name|email)$`;
  const { stdout } = await tryGit(root, ["config", "--null", "--get-regexp", pattern]);
  const settings = new Map<string, string>();
  for (const entry of Buffer.from(stdout).toString().split("\0")) {
    const split = entry.indexOf("\n");
    if (split !== -1) settings.set(entry.slice(0, split), entry.slice(split + 1));
  }
  const env = gitEnvironment();
  return {
    name: first(env["GIT_COMMITTER_NAME"], settings.get("committer.name"), settings.get("user.name")),
    email: first(env["GIT_COMMITTER_EMAIL"], settings.get("committer.email"), settings.get("user.email")),
  };
}

/** The user's name, for acts that a human must answer for. */
export async function userName(root: string): Promise<string> {
  const { name } = await userIdentity(root);
  if (name !== undefined) return name;
  throw new PawlError("PAWL_GIT_NO_IDENTITY", "git does not know your name, and this act is recorded with it.", {
    path: root,
    remedy: 'Run `git config user.name "Your Name"`, then try again.',
  });
}

function first(...values: (string | undefined)[]): string | undefined {
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== "");
}
