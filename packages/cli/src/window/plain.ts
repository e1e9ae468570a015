import type { Output } from "../output/output.ts";
import { noticePrinter } from "../output/notices.ts";
import { countsText } from "../output/counts.ts";
import { formatDuration, formatMove, plural } from "../output/numbers.ts";
import { sanitise } from "../output/text.ts";
import { championLine } from "./render.ts";
import type { Reporter } from "./reporter.ts";
import type { View } from "./view.ts";

const EVERY_MS = 10_000;
const EVERY_EXPERIMENTS = 100;

/** Plain lines for files, pipes and CI: the start, each new champion, progress now and then, and pauses. */
export function openPlain(view: View, output: Output): Reporter {
  let told = { finished: 0, at: Date.now() };
  const progress = (): void => {
    const { state, finished } = view;
    if (state?.baselineScore === undefined || state.championScore === undefined) return;
    const { metric, budget } = state.options;
    const best = formatMove(metric, state.baselineScore, state.championScore);
    const parts = [`${finished}/${budget.experiments}`, best, countsText(state), formatDuration(state.elapsedMs)];
    output.say(parts.join(" | "));
  };
  return {
    event(event, champion) {
      const { state, finished } = view;
      if (state === undefined) return;
      if (event.type === "run.started" || event.type === "run.resumed") {
        told = { finished, at: Date.now() };
        const { budget, surface, branch, seed } = state.options;
        const verb = event.type === "run.started" ? "started" : `resumed after ${plural(finished, "experiment")}`;
        output.say(
          `${state.run} ${verb}: up to ${plural(budget.experiments, "experiment")} on ${surface.map(sanitise).join(", ")}, branch ${branch}, seed ${seed}`,
        );
      }
      if (event.type === "run.epoch") output.say(`epoch ${event.data.lock.epoch}: ${sanitise(event.data.reason)}`);
      if (champion !== undefined) output.say(championLine(state, champion, Number.POSITIVE_INFINITY, output.colors));
      if (event.type === "run.paused") output.say(`${state.run} is paused (${pauseText(event.data)})`);
      if (event.type !== "experiment.finished") return;
      const now = Date.now();
      if (finished - told.finished < EVERY_EXPERIMENTS && now - told.at < EVERY_MS) return;
      told = { finished, at: now };
      progress();
    },
    notice: (text) => output.note(text),
    told: noticePrinter(output),
    close: () => {},
  };
}

function pauseText({ reason, code }: { reason: string; code?: string }): string {
  return code === undefined ? reason : `${reason}: ${code}`;
}

/** With `--json`: every event as it stands in the ledger, one line each. */
export function openJson(output: Output): Reporter {
  return {
    event: (event) => output.data(event),
    notice: (text) => output.note(text),
    told: noticePrinter(output),
    close: () => {},
  };
}
