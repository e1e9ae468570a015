import { CandidateFault, isTyped, resolveImport, StripperBroken, type StripTypes } from "@pawl/sandbox-process/child";
import type ivm from "isolated-vm";

/** What of a module's code goes wrong before it runs, told with the name of its file. */
function compileFault(path: string, error: unknown): CandidateFault {
  const why = error instanceof Error ? error.message : String(error);
  return new CandidateFault("crashed", `${path} cannot be compiled: ${why}`, !(error instanceof StripperBroken));
}

/**
 * Compiles and links the entry file and everything it imports. The module that is returned has two exports: `surface`,
 * the namespace of the entry file, and `ready`, which can be read only once the entry file has run to its end.
 */
export async function link(
  isolate: ivm.Isolate,
  context: ivm.Context,
  files: ReadonlyMap<string, string>,
  entry: string,
  stripTypes: StripTypes,
): Promise<ivm.Module> {
  const modules = new Map<string, ivm.Module>();
  const paths = new Map<ivm.Module, string>();
  const load = async (path: string): Promise<void> => {
    if (modules.has(path)) return;
    const text = files.get(path)!;
    let module: ivm.Module;
    try {
      const code = isTyped(path) ? await stripTypes(text) : text;
      module = await isolate.compileModule(code, { filename: `file:///${path}` });
    } catch (error) {
      throw compileFault(path, error);
    }
    modules.set(path, module);
    paths.set(module, path);
    for (const specifier of module.dependencySpecifiers) await load(resolveImport(specifier, path, files));
  };
  if (!files.has(entry)) throw new CandidateFault("crashed", `there is no file ${entry}`);
  await load(entry);
  const root = await isolate.compileModule(
    `import * as surface from "pawl:surface"; export { surface }; export const ready = true;`,
    { filename: "file:///pawl" },
  );
  try {
    await root.instantiate(context, (specifier, referrer) =>
      referrer === root ? modules.get(entry)! : modules.get(resolveImport(specifier, paths.get(referrer)!, files))!,
    );
  } catch (error) {
    // An import of a name that the other file does not export.
    throw compileFault(entry, error);
  }
  return root;
}
