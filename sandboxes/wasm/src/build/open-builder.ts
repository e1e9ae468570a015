import type { WarmOptions } from "@pawl/sandbox-process";
import type { Build } from "../options.ts";
import { AssemblyScriptBuilder } from "./assemblyscript.ts";
import type { Builder } from "./builder.ts";
import { NativeBuilder } from "./native.ts";

/** The builder for a language. */
export function openBuilder(build: Build, warm: WarmOptions): Builder {
  return build.language === "assemblyscript" ? new AssemblyScriptBuilder(build, warm) : new NativeBuilder(build, warm);
}
