import { posix } from "node:path";
import type ivm from "isolated-vm";
import { CandidateFault } from "./fault.ts";
import { StripperBroken, type StripTypes } from "./strip.ts";

const TYPED = /\.[cm]?ts$/;

/** What of a module's code goes wrong before it runs, told with the name of its file. */
function compileFault(path: string, error: unknown): CandidateFault {
  const why = error instanceof Error ? error.message : String(error);
  return new CandidateFault("crashed", `${path} cannot be compiled: ${why}`, !(error instanceof StripperBroken));
}

/** The file that an import names, or a violation: nothing but the job's own files can be imported. */
function resolve(specifier: string, from: string, files: ReadonlyMap<string, string>): string {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) {
    throw new CandidateFault(
      "violation",
      `${from} imports ${JSON.stringify(specifier)}, but only relative imports of the candidate's own files work here`,
    );
  }
  const path = posix.join(posix.dirname(from), specifier);
  // TypeScript code may import "./x.js" and mean x.ts, or leave the extension out.
  for (const candidate of [path, path.replace(/\.([cm]?)js$/, ".$1ts"), `${path}.ts`, `${path}.js`]) {
    if (files.has(candidate)) return candidate;
  }
  throw new CandidateFault(
    "violation",
    `${from} imports ${JSON.stringify(specifier)}, which is not among the candidate's files`,
  );
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
      const code = TYPED.test(path) ? await stripTypes(text) : text;
      module = await isolate.compileModule(code, { filename: `file:///${path}` });
    } catch (error) {
      throw compileFault(path, error);
    }
    modules.set(path, module);
    paths.set(module, path);
    for (const specifier of module.dependencySpecifiers) await load(resolve(specifier, path, files));
  };
  if (!files.has(entry)) throw new CandidateFault("crashed", `there is no file ${entry}`);
  await load(entry);
  const root = await isolate.compileModule(
    `import * as surface from "pawl:surface"; export { surface }; export const ready = true;`,
    { filename: "file:///pawl" },
  );
  try {
    await root.instantiate(context, (specifier, referrer) =>
      referrer === root ? modules.get(entry)! : modules.get(resolve(specifier, paths.get(referrer)!, files))!,
    );
  } catch (error) {
    // An import of a name that the other file does not export.
    throw compileFault(entry, error);
  }
  return root;
}
