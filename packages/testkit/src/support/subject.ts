import assert from "node:assert/strict";
import { type ConfiguredPlugin, PawlError, type PluginKind, type PluginKinds } from "@pawl/plugin";
import { TEST_TIMEOUT_MS, type Runner } from "./runner.ts";

/**
 * What a suite can test: a plugin with its options (`nudge({ step: 1 })`), or a function that makes a fresh one each
 * time it is called. Checks of options need the former.
 */
export type Subject<K extends PluginKind> =
  | ConfiguredPlugin<K>
  | (() => ConfiguredPlugin<K> | PluginKinds[K] | Promise<PluginKinds[K]>);

/** What all suites take. */
export interface SuiteOptions {
  /** Where the checks are registered. Default: vitest where it runs, otherwise `node:test`. */
  readonly runner?: Runner;
  /** The folder that relative paths in the plugin's options start from. Default: the working directory. */
  readonly root?: string;
  /** Options that must be refused, for plugins made by a `define` helper. */
  readonly badOptions?: readonly unknown[];
  /** How long any single call may take, in milliseconds: a hang guard. Default 30 000. */
  readonly guardMs?: number;
}

function isConfigured<K extends PluginKind>(made: object): made is ConfiguredPlugin<K> {
  return "pawl" in made && "schema" in made;
}

/**
 * Makes a fresh instance, as the engine does.
 * @throws PawlError `PAWL_CONFIG_INVALID` for options that the schema refuses
 */
export async function open<K extends PluginKind>(subject: Subject<K>, root = process.cwd()): Promise<PluginKinds[K]> {
  const made = typeof subject === "function" ? await subject() : subject;
  if (!isConfigured<K>(made)) return made as PluginKinds[K];
  const parsed = made.schema.safeParse(made.options);
  if (!parsed.success) {
    throw new PawlError("PAWL_CONFIG_INVALID", `the options of ${made.name} are refused: ${parsed.error.message}`);
  }
  return made.create(parsed.data as never, { root });
}

/** Registers what holds for plugins of every kind. */
export function testOptions<K extends PluginKind>(
  kind: K,
  subject: Subject<K>,
  { root = process.cwd(), badOptions = [] }: SuiteOptions,
  { test }: Runner,
): void {
  const configured = typeof subject === "function" ? undefined : subject;
  test(
    "is what its kind asks for",
    async () => {
      if (configured !== undefined) {
        assert.equal(configured.pawl, kind, `this is a plugin of the kind ${configured.pawl}`);
        assert.match(configured.name, /\S/, "a plugin needs a name");
        assert.match(configured.version, /\S/, "a plugin needs a version: it goes into the lock");
      }
      assert.equal(typeof (await open(subject, root)), "object", "create() must return an object");
    },
    TEST_TIMEOUT_MS,
  );
  if (configured === undefined) return;
  const refused = async (options: unknown): Promise<boolean> => {
    const parsed = configured.schema.safeParse(options);
    if (!parsed.success) return true;
    try {
      await configured.create(parsed.data as never, { root });
      return false;
    } catch (error) {
      if (error instanceof PawlError) return true;
      throw new Error(`bad options must be refused by the schema or with a PawlError, not with ${String(error)}`, {
        cause: error,
      });
    }
  };
  test(
    "refuses bad options",
    async () => {
      const unknown = { ...(configured.options as object), optionThatDoesNotExist: 1 };
      for (const options of [unknown, null, "text", 7, [], ...badOptions]) {
        assert.ok(await refused(options), `takes these options without a word: ${JSON.stringify(options)}`);
      }
    },
    TEST_TIMEOUT_MS,
  );
}
