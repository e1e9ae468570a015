import { PawlError } from "@pawl/plugin";
import type { RunContext } from "./experiment/context.ts";
import type { Session } from "./session.ts";

/** A sum of many prices is never exact; less than this, in US dollars, is none. */
const NOTHING = 1e-9;

/** Money that was spent and is in no experiment. */
export function charges({
  wallet,
}: Pick<RunContext, "wallet">): { readonly type: "run.charged"; readonly data: { readonly usd: number } }[] {
  const usd = wallet.unrecorded;
  return usd > NOTHING ? [{ type: "run.charged", data: { usd } }] : [];
}

/** The caller's abort is a pause; anything else is written down, then thrown. */
export async function pauseAfter({ context }: Session, thrown: unknown, interrupted: boolean): Promise<void> {
  const { recorder } = context;
  if (interrupted && !(thrown instanceof PawlError)) {
    await recorder.record([...charges(context), { type: "run.paused", data: { reason: "interrupted" } }]);
    return;
  }
  const error = explain(context, thrown);
  const code = error instanceof PawlError ? error.code : "PAWL_INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  try {
    const reason = code === "PAWL_MODEL_UNAVAILABLE" ? "unavailable" : "error";
    await recorder.record([...charges(context), { type: "run.paused", data: { reason, code, message } }]);
  } catch (unrecorded) {
    // A full disk is the likeliest reason both for the error and for not being able to write it down.
    if (!(unrecorded instanceof PawlError)) throw unrecorded;
  }
  throw error;
}

/** What looks like a bug may come of a built-in that somebody replaced: then that is what must be said. */
function explain({ guard }: RunContext, error: unknown): unknown {
  if (error instanceof PawlError) return error;
  try {
    guard.checkMemory();
    return error;
  } catch (broken) {
    return broken;
  }
}
