import { warmOptions } from "@pawl/sandbox-process";
import { z } from "zod";

export const optionsSchema = z.strictObject(warmOptions);
export type IsolateOptions = z.output<typeof optionsSchema>;
