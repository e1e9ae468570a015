import {
  type ListedNote,
  PawlError,
  Wallet,
  closePlugins,
  condensedSchema,
  openProject,
  writeCondensed,
} from "@pawl/core";
import type { Cli } from "../cli.ts";
import { withNotebook } from "../ledger/notebook.ts";
import { noticePrinter } from "../output/notices.ts";

/** Fewer notes need no condensing. */
const FEWEST = 2;

/**
 * Asks the config's proposer to say in fewer notes what the notebook says, and writes its answer down. Notes that a person
 * wrote or edited, and those that are condensed already, are left alone.
 * @returns the new notes
 * @throws PawlError `PAWL_PLUGIN_INVALID` where the proposer cannot do it, `PAWL_PLUGIN_FAILED`
 */
export async function condenseNotes(
  cli: Cli,
  wanted: string | undefined,
  usd: number | undefined,
): Promise<readonly ListedNote[]> {
  const { config, root, file } = await cli.loadConfig();
  const project = await openProject(config, { root, configFile: file, onNotice: noticePrinter(cli.output) });
  try {
    const { name, instance } = project.plugins.proposer;
    if (instance.condense === undefined) {
      throw new PawlError("PAWL_PLUGIN_INVALID", `"${name}" has no model that could condense notes`, {
        path: "proposer",
        remedy: "Use a proposer that asks a model, or edit the notes yourself.",
      });
    }
    return await withNotebook(cli, wanted, async ({ ledger, index, scope, state }) => {
      const given = index
        .all(scope)
        .filter(({ by, edited, behind }) => by !== "person" && by !== "model" && !edited && behind === undefined);
      if (given.length < FEWEST) return [];
      const { goal, metric } = state.options;
      const purse = new Wallet(usd, () => 0);
      const question = { goal: goal ?? undefined, metric, notes: given, purse };
      const parsed = condensedSchema.safeParse(await instance.condense?.(question, new AbortController().signal));
      if (!parsed.success) {
        throw new PawlError("PAWL_PLUGIN_FAILED", `what "${name}" condensed are no notes: ${parsed.error.message}`, {
          path: "proposer",
          remedy: "Nothing was written. Try again, or with another model.",
        });
      }
      const ids = await writeCondensed(ledger, scope, { given, answer: parsed.data as never, plugin: name });
      await index.catchUp();
      return ids.flatMap((id) => index.note(scope, id) ?? []);
    });
  } finally {
    await closePlugins(project);
  }
}
