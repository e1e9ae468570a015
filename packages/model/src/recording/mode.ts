import { PawlError } from "@pawl/plugin";
import { z } from "zod";

const MODES = ["live", "record", "replay"] as const;

/**
 * `live`: the provider is asked, nothing is kept. `record`: the same, and every exchange is kept. `replay`: only what
 * was kept is answered, nobody is asked and no key is needed.
 */
export type Mode = (typeof MODES)[number];

/** The recording of a plugin that asks models. */
export const recordingSchema = z.strictObject({
  /** Relative to the config. It goes into git as it is: it holds no key. */
  file: z.string().min(1),
  /** The environment variable `PAWL_MODELS` goes before it. */
  mode: z.enum(MODES).default("live"),
});
export type RecordingOptions = z.output<typeof recordingSchema>;

/** Which variable says how models are asked, whatever the config says: the lock covers the config, not this. */
const VARIABLE = "PAWL_MODELS";

/**
 * How models are to be asked.
 * @throws PawlError `PAWL_CONFIG_INVALID` where the environment asks for what there is no recording for
 */
export function modeOf(
  recording: RecordingOptions | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Mode {
  const wanted = env[VARIABLE];
  if (wanted === undefined || wanted === "") return recording?.mode ?? "live";
  const mode = MODES.find((each) => each === wanted);
  if (mode === undefined) {
    throw new PawlError("PAWL_CONFIG_INVALID", `${VARIABLE} is "${wanted}"`, {
      path: VARIABLE,
      remedy: `Set it to ${MODES.join(", ")}, or unset it.`,
    });
  }
  if (mode !== "live" && recording === undefined) {
    throw new PawlError(
      "PAWL_CONFIG_INVALID",
      `${VARIABLE} is "${mode}", and a plugin that asks models has no recording`,
      {
        path: VARIABLE,
        remedy: 'Give the plugin a file with "recording", or unset the variable.',
      },
    );
  }
  return mode;
}
