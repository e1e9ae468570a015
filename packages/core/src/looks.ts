import type { HoldoutLook } from "@pawl/plugin";
import type { Digest } from "./digest.ts";
import type { Recorder } from "./recorder.ts";

/** Every look that any run of this ledger has taken at these sealed cases. */
export async function readLooks(recorder: Recorder, cases: Digest): Promise<readonly HoldoutLook[]> {
  const looks: HoldoutLook[] = [];
  for await (const event of recorder.events({ type: "holdout.looked" })) {
    if (event.type !== "holdout.looked") continue;
    // A look whose cases were not written down may have been at these.
    if (event.data.cases !== undefined && event.data.cases !== cases) continue;
    looks.push({ run: event.run ?? "", experiment: event.data.experiment, purpose: event.data.purpose });
  }
  return looks;
}
