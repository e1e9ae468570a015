import type { Check } from "@pawl/core";
import { toPawlError } from "../output/print-error.ts";

/** A line of `pawl doctor`; `ok` is undefined where there was nothing to check. */
export type Finding = Omit<Check, "ok"> & {
  readonly ok: boolean | undefined;
};

/** Whether a run could not start because of this. */
export const prevents = ({ ok, warning }: Finding): boolean => ok === false && warning !== true;

/** What a check finds, or the error that it threw. */
export async function attempt(name: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return failure(name, error);
  }
}

export function failure(name: string, error: unknown): Finding {
  const { code, message, path, details, remedy } = toPawlError(error);
  const place = path === undefined ? "" : ` (${path})`;
  const more = details.length === 0 ? "" : `: ${details.join("; ")}`;
  return { name, ok: false, detail: `${code}: ${message}${place}${more}`, ...(remedy === undefined ? {} : { remedy }) };
}
