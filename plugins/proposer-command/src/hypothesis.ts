import { oneLine } from "@pawl/brief";
import { type Files, cleanText } from "@pawl/plugin";
import type { AgentRun } from "./agent-run.ts";
import { HYPOTHESIS } from "./names.ts";

/** What the agent says it tried; where it says nothing, which files it changed. */
export function readHypothesis(
  { files }: AgentRun,
  changed: Files,
): { readonly hypothesis: string; readonly rationale?: string } {
  const taken = files.get(HYPOTHESIS);
  const text = taken !== undefined && "text" in taken ? cleanText(taken.text, { maxCharacters: 8_000 }).trim() : "";
  const [first = "", ...rest] = text.split("\n");
  const hypothesis = oneLine(first.replace(/^#+\s*/, ""), 500);
  const rationale = rest.join("\n").trim();
  const names = Object.keys(changed).join(", ");
  return {
    hypothesis:
      hypothesis === "" ? `a change of ${names === "" ? "nothing" : names}, without a word about it` : hypothesis,
    ...(rationale === "" ? {} : { rationale }),
  };
}
