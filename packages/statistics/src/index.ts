export { studentQuantile, studentUpperTail } from "./student.ts";
export { pairedInterval, type PairedInterval } from "./paired-interval.ts";
export { median, robustDeviation, robustZ } from "./robust.ts";
export { pseudoValues } from "./jackknife.ts";
export { pairedBootstrap, type BootstrapOptions, type BootstrapResult } from "./bootstrap.ts";
