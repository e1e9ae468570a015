import { type Json, cleanText, createRedactor } from "@pawl/plugin";
import type { AgentEnd, AgentRun, AgentTask } from "./agent-run.ts";
import { BRIEF } from "./names.ts";
import type { CommandOptions } from "./options.ts";

/** Characters of stdout, of stderr and of the brief that are kept. */
const KEPT_CHARACTERS = 32_768;

/** Clean, short and without secrets: those of the environment, and what looks like one. */
export function tidy(text: string, maxCharacters = KEPT_CHARACTERS): string {
  return cleanText(createRedactor(process.env).text(cleanText(text, { maxCharacters: 2 * maxCharacters })), {
    maxCharacters,
  });
}

/** The last few words of an output, on one line. */
export function lastWords(text: string): string {
  const lines = tidy(text, 4_000).trim().split("\n");
  return lines.slice(-3).join(" ").replace(/\s+/g, " ").trim().slice(-300).toWellFormed();
}

/** How the agent came to its answer, from the brief to its last word. Without times, which differ from run to run. */
export function traceOf({
  options,
  sandbox,
  task,
  run,
  failed,
}: {
  options: CommandOptions;
  sandbox: string;
  task: AgentTask;
  run: AgentRun;
  /** Traces of earlier calls for this proposal. */
  failed: readonly Json[];
}): Json {
  const given = Object.keys(task.files).filter((path) => path !== BRIEF);
  return {
    agent: {
      command: options.command.map((word) => tidy(word, 1_000)),
      sandbox,
      ended: describeEnd(run.end),
      given,
      // Surface files and what belongs to them are shown as the change itself.
      ignored: run.ignored.map((path) => tidy(path, 300)),
      stdout: tidy(run.stdout),
      stderr: tidy(run.stderr),
    },
    // A first try has the brief; the others had the same.
    ...(failed.length === 0 ? { brief: tidy(task.files[BRIEF] ?? "") } : { failed }),
  };
}

function describeEnd(end: AgentEnd): Json {
  switch (end.kind) {
    case "exit":
      return { code: end.code };
    case "signal":
      return { signal: end.signal };
    case "time-out":
      return { timeOut: true };
    case "sandbox":
      return { outcome: end.outcome, reason: tidy(end.reason, 1_000) };
  }
}
