import type { Telling } from "../read/fact.ts";
import type { Hit } from "./fact-detector.ts";

const WHAT: Readonly<Record<Telling, string>> = {
  "error text": "what an error says, compared, measured or looked up",
  "engine limit": "something so large, or so deep, that it fails, which is caught",
  "time zone": "the time zone",
  locale: "the language of the place",
  "sort order": "how the engine sorts: a comparator that counts, or that contradicts itself",
  call: "how it is called",
};

/** What tells a surface where it runs, or how it is called. An honest change may do any of it without knowing. */
export const tellingHit = (name: Telling): Hit => ({ what: WHAT[name], severity: "hold" });
