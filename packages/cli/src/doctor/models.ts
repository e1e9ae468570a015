import { type Project, pairOf } from "@pawl/core";
import { pairText } from "../output/format-models.ts";
import type { Finding } from "./finding.ts";

/** Which models propose and which are under test, and whether they are of one family. */
export function checkModels({ proposer, gateway }: Pick<Project["plugins"], "proposer" | "gateway">): Finding[] {
  const models = [...(proposer.instance.models ?? []), ...(gateway?.instance.models ?? [])];
  if (models.length === 0) return [];
  const named = models.map(({ name, provider, role }) => `${name} at ${provider} (${role})`).join(", ");
  const pair = pairOf(models);
  if (pair === null) return [{ name: "models", ok: true, detail: named }];
  const detail = `${named}; ${pairText(pair)}`;
  if (pair.same) return [{ name: "models", ok: true, detail }];
  return [
    { name: "models", ok: false, warning: true, detail, remedy: "Use models of one family, or know that you don't." },
  ];
}
