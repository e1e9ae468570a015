import { randomUUID } from "node:crypto";
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";

/** The code that this process runs, as the JavaScript engine itself tells it. */
export interface LoadedCode {
  /** Absolute paths of all files that code was loaded from. */
  readonly files: readonly string[];
  /** The text that was loaded from a file, once for each time; empty where it was not loaded. */
  textsOf(file: string): readonly string[];
  /** Where a function was written: a file, or the text of a script that comes from none. */
  originOf(code: Function): Origin | undefined;
  close(): void;
}

/** Exactly one of both is there. */
export type Origin = { readonly file: string } | { readonly text: string };

/**
 * Asks the engine, and not the file system or the module loader, which code is loaded: a file that was changed after it
 * was loaded, or a loader that hands out something else than what is on the disk, cannot hide from it. Takes about 25
 * milliseconds, the first time a hundred.
 */
export function readLoadedCode(): LoadedCode {
  const session = new Session();
  session.connect();
  const scripts = new Map<string, string>();
  const byFile = new Map<string, string[]>();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
    const file = fileOf(url);
    if (file === undefined) return;
    scripts.set(scriptId, file);
    byFile.set(file, [...(byFile.get(file) ?? []), scriptId]);
  });
  session.post("Debugger.enable");
  const textOf = (scriptId: string): string =>
    ask<{ scriptSource: string }>(session, "Debugger.getScriptSource", { scriptId }).scriptSource;
  return {
    files: [...byFile.keys()],
    textsOf: (file) => (byFile.get(file) ?? []).map(textOf),
    originOf(code) {
      const scriptId = scriptOf(session, code);
      if (scriptId === undefined) return undefined;
      const file = scripts.get(scriptId);
      return file === undefined ? { text: textOf(scriptId) } : { file };
    },
    close() {
      session.post("Debugger.disable");
      session.disconnect();
    },
  };
}

/** The path that a script's address names, without what a loader may have hung on to it. */
function fileOf(url: string): string | undefined {
  if (url.startsWith("/")) return url;
  if (!url.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ""));
  } catch {
    return undefined;
  }
}

interface Property {
  readonly name: string;
  readonly value?: { readonly value?: { readonly scriptId: string }; readonly objectId?: string };
}

/** The script of a function, through whatever it was bound with; nothing for what is built in. */
function scriptOf(session: Session, code: Function): string | undefined {
  // The session can be handed nothing but text, so the function lies under a name that nobody can guess for a moment.
  const name = `pawl ${randomUUID()}`;
  Object.defineProperty(globalThis, name, { value: code, configurable: true });
  try {
    const expression = `globalThis[${JSON.stringify(name)}]`;
    const { result } = ask<{ result: { objectId?: string } }>(session, "Runtime.evaluate", { expression });
    for (let objectId = result.objectId; objectId !== undefined;) {
      const { internalProperties = [] } = ask<{ internalProperties?: Property[] }>(session, "Runtime.getProperties", {
        objectId,
        ownProperties: true,
      });
      const find = (wanted: string): Property["value"] =>
        internalProperties.find((found) => found.name === wanted)?.value;
      const scriptId = find("[[FunctionLocation]]")?.value?.scriptId;
      if (scriptId !== undefined) return scriptId;
      objectId = find("[[TargetFunction]]")?.objectId;
    }
    return undefined;
  } finally {
    Reflect.deleteProperty(globalThis, name);
  }
}

/** In the same thread the engine answers before `post` returns. */
function ask<T>(session: Session, method: string, params: object): T {
  let answer: unknown;
  let failure: Error | null = null;
  session.post(method, params, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null || answer === undefined) throw new Error(`the JavaScript engine did not answer ${method}`);
  return answer as T;
}
