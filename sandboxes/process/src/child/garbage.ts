import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * V8's own collector as a function, taken from a context that is made for it: with the flag given at the start, every
 * isolate of a candidate would have it too, and could not be rid of it.
 */
function takeCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return collect;
}

/** Text that may pass through before the garbage of it is collected, in bytes: V8 does not count it as its own. */
const TOLERATED = 8 * 1_048_576;

/** Makes a function that is told how many bytes became garbage, and collects now and then. */
export function startTidying(): (bytes: number) => void {
  const collect = takeCollector();
  let garbage = 0;
  return (bytes) => {
    garbage += bytes;
    if (garbage < TOLERATED) return;
    garbage = 0;
    collect();
  };
}
