import { type ConfiguredPlugin, type PluginContext, type PluginKind, type PluginKinds, PawlError } from "@pawl/plugin";

/**
 * Makes a plugin that stands in the options of this one.
 * @param path where it stands, for the message
 * @throws PawlError `PAWL_CONFIG_INVALID` where its options are wrong
 */
export async function create<K extends PluginKind>(
  plugin: ConfiguredPlugin<K>,
  context: PluginContext,
  path: string,
): Promise<PluginKinds[K]> {
  const parsed = plugin.schema.safeParse(plugin.options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = [path, "options", ...(issue?.path ?? [])].join(".");
    throw new PawlError("PAWL_CONFIG_INVALID", `${where}: ${issue?.message ?? "is not usable"}`, { path: where });
  }
  return plugin.create(parsed.data as never, context);
}
