import { HYPOTHESIS, TRACES } from "./names.ts";

/** The brief's last section. */
export function answerText(surface: readonly string[], traces: boolean): string {
  return [
    `- Edit the surface in this folder, in place: ${surface.map((path) => `\`${path}\``).join(", ")}.`,
    `- Write what you tried and why it should help into \`${HYPOTHESIS}\`: the first line in one sentence, then, if you ` +
      "like, your reasons, what you expect, and what it would teach if it fails.",
    ...(traces
      ? [`- \`${TRACES}/\` holds train cases that the champion gets wrong, by cause, as Markdown and as JSON.`]
      : []),
    "- Nothing else that you write is kept, and nobody reads your answer on the screen. Nothing can be asked back.",
    "- The surface must stay complete and must run. If you find nothing to improve, leave it as it is.",
  ].join("\n");
}
