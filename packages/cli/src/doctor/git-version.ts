import { PawlError } from "@pawl/core";
import { execa } from "execa";
import type { Finding } from "./finding.ts";

/** @throws PawlError `PAWL_GIT_NOT_INSTALLED` */
export async function checkGit(): Promise<Finding> {
  const { stdout, code } = await execa("git", ["--version"], { reject: false, stdin: "ignore" });
  if (code === "ENOENT") {
    throw new PawlError("PAWL_GIT_NOT_INSTALLED", "the git command cannot be found", {
      remedy: "Install git, and see that it is on the PATH.",
    });
  }
  return { name: "git", ok: true, detail: (stdout ?? "").replace(/^git version /, "") };
}
