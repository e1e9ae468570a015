import { z } from "zod";

/** One key of the metric lock's options: an object with defaults, or `false` to leave the detector out. */
export const detectorOptions = <S extends z.ZodRawShape>(shape: S) =>
  z.union([z.literal(false), z.strictObject(shape)]).prefault({} as never);

/** A share of a whole, with its default. */
export const share = (value: number) => z.number().min(0).max(1).default(value);
