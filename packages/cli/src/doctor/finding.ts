import type { Check } from "@pawl/core";

/** A line of `pawl doctor`; `ok` is undefined where there was nothing to check. */
export type Finding = Omit<Check, "ok"> & { readonly ok: boolean | undefined };
