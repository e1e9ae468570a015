import { type PluginContext, type PluginEntry, PawlError, type Proposer } from "@pawl/plugin";

/** A proposer of the portfolio. */
export interface Arm {
  /** The plugin's name without what all proposers' names begin with; numbered where it is not the first of its name. */
  readonly name: string;
  readonly proposer: Proposer;
}

/**
 * Makes the proposers. Those that were made are closed where a later one cannot be.
 * @throws PawlError `PAWL_PLUGIN_UNKNOWN`, `PAWL_CONFIG_INVALID`, `PAWL_PLUGIN_INVALID`
 */
export async function openArms(entries: readonly PluginEntry<"proposer">[], context: PluginContext): Promise<Arm[]> {
  const arms: Arm[] = [];
  try {
    for (const [index, entry] of entries.entries()) {
      const { name, instance } = await openArm(entry, `proposers[${index}]`, context);
      const short = name.replace(/^@[^/]+\/(proposer-)?/, "");
      const earlier = arms.filter((arm) => arm.name === short || arm.name.startsWith(`${short} `)).length;
      arms.push({ name: earlier === 0 ? short : `${short} ${earlier + 1}`, proposer: instance });
    }
  } catch (error) {
    await Promise.allSettled(arms.map(async ({ proposer }) => proposer.close?.()));
    throw error;
  }
  return arms;
}

async function openArm(
  entry: PluginEntry<"proposer">,
  path: string,
  context: PluginContext,
): Promise<{ readonly name: string; readonly instance: Proposer }> {
  if (context.open !== undefined) return context.open("proposer", entry, path);
  if ("use" in entry) {
    throw new PawlError("PAWL_PLUGIN_UNKNOWN", `"${entry.use}" cannot be looked up outside of an engine`, {
      path: `${path}.use`,
      remedy: "Import the plugin, and call it.",
    });
  }
  const parsed = entry.schema.safeParse(entry.options);
  if (!parsed.success) {
    throw new PawlError("PAWL_CONFIG_INVALID", `the options of "${entry.name}" are refused: ${parsed.error.message}`, {
      path,
      remedy: "Correct them.",
    });
  }
  return { name: entry.name, instance: await entry.create(parsed.data as never, context) };
}
