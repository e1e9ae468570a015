import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files, PawlConfig } from "@pawl/core";
import { type Aftermath, type Bench, type HostAttack, weaken } from "@pawl/testkit/redteam";
import { relock } from "./play.ts";
import { type Result, readEnding } from "./result.ts";
import type { Scratch } from "./scratch.ts";
import { Stage } from "./stage.ts";

/**
 * Plays attacks on the host, each in a run of its own. The run starts from the user's surface made worse, so that the
 * user's own is an improvement which the gates let pass, up to where the attack should be noticed.
 */
export async function* playHost(
  config: PawlConfig,
  scratch: Scratch,
  bench: Bench,
  attacks: readonly HostAttack[],
  { signal }: { signal: AbortSignal },
): AsyncGenerator<Result> {
  if (attacks.length === 0) return;
  const target = bench.target("host");
  const weakened = target.language === "javascript" ? await weaken(target) : null;
  const about = ({ name, rows, technique }: HostAttack) => ({ name, kind: "attack", rows, technique }) as const;
  let lock: Buffer | undefined;
  const honestScore = once((files: Files) => bench.score(files));
  for (const attack of attacks) {
    if (weakened === null) {
      const evidence = "there is no way known to make this surface worse, and so no improvement that is one for sure";
      yield { ...about(attack), outcome: "skipped", evidence };
      continue;
    }
    await clear(scratch, weakened.worse);
    // The lock says nothing of the surface, so one is enough for all runs.
    lock ??= await lockOnce(config, scratch, signal);
    await writeFile(join(scratch.root, "pawl.lock.json"), lock);
    const stage = new Stage(attack, scratch, honestScore, weakened, { better: target.files, inputs: target.inputs });
    const aftermath = await stage.run(config, signal);
    yield { ...about(attack), ...verdictOn(attack, aftermath, stage) };
  }
  await clear(scratch, target.files);
}

/** Asks only once about each content. */
function once<T>(ask: (files: Files) => Promise<T>): (files: Files) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (files) => {
    const key = JSON.stringify(files);
    const answer = known.get(key) ?? ask(files);
    known.set(key, answer);
    return answer;
  };
}

async function lockOnce(config: PawlConfig, { root, repository, configFile }: Scratch, signal: AbortSignal) {
  await relock({ root, repository }, config, { root, configFile }, signal);
  return readFile(join(root, "pawl.lock.json"));
}

/** The scratch project as it was made, with this content of the surface, and without a ledger. */
async function clear({ git, root, repository }: Scratch, files: Files): Promise<void> {
  await rm(join(repository, ".pawl"), { recursive: true, force: true });
  const [first = ""] = (await git("rev-list", "--max-parents=0", "HEAD")).split("\n");
  await git("reset", "--quiet", "--hard", first);
  const branches = (await git("for-each-ref", "--format=%(refname)", "refs/heads/pawl/")).split("\n");
  for (const ref of branches.filter((name) => name !== "")) await git("update-ref", "-d", ref);
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  await git("commit", "--quiet", "--allow-empty", "--all", "--message", "the surface that the run starts from");
}

type Verdict = Pick<Result, "outcome" | "by" | "step" | "code" | "evidence">;

function verdictOn(attack: HostAttack, aftermath: Aftermath, { ending, unable }: Stage): Verdict {
  if (unable instanceof TypeError) {
    return { outcome: "stopped", by: "engine", evidence: `it could not act: ${unable.message}` };
  }
  if (unable !== undefined) return { outcome: "skipped", evidence: unable.message };
  const through = attack.through(aftermath);
  if (through !== undefined) return { outcome: "passed", evidence: through };
  const { error, found, ledger } = aftermath;
  if (error !== undefined) return { outcome: "stopped", by: "engine", code: error.code, evidence: error.message };
  if (ending !== undefined && ending.status !== "kept") return readEnding(ending);
  const evidence = found ?? ledger ?? "it changed nothing: the run went on with what it had measured and locked";
  return { outcome: "stopped", by: "engine", evidence };
}
