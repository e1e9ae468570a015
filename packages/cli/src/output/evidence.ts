import type { Json } from "@pawl/core";
import { formatNumber } from "./numbers.ts";
import { sanitise } from "./text.ts";

/** How many entries of a list or object are shown before the rest is only counted. */
const ENTRIES = 20;
const DEPTH = 5;

/** Evidence as indented lines: `name: value`, lists with dashes; short lists of numbers on one line. */
export function evidenceLines(evidence: Json, indent = ""): string[] {
  return render(evidence, indent, 0);
}

function render(value: Json, indent: string, depth: number): string[] {
  if (isScalar(value)) return [`${indent}${scalar(value)}`];
  if (depth >= DEPTH) return [`${indent}…`];
  const entries: readonly (readonly [string, Json])[] = Array.isArray(value)
    ? value.map((item: Json) => ["-", item] as const)
    : Object.entries(value as Record<string, Json>).map(([key, item]) => [`${sanitise(key)}:`, item] as const);
  if (entries.length === 0) return [`${indent}${Array.isArray(value) ? "(none)" : "(empty)"}`];
  const lines = entries.slice(0, ENTRIES).flatMap(([label, item]) => {
    const inline = oneLine(item);
    if (inline !== undefined) return [`${indent}${label} ${inline}`];
    return [`${indent}${label}`, ...render(item, `${indent}  `, depth + 1)];
  });
  return entries.length <= ENTRIES ? lines : [...lines, `${indent}… and ${entries.length - ENTRIES} more`];
}

function oneLine(value: Json): string | undefined {
  if (isScalar(value)) return scalar(value);
  if (!Array.isArray(value) || value.length > 8 || !value.every(isScalar)) return undefined;
  return `[${value.map(scalar).join(", ")}]`;
}

type Scalar = string | number | boolean | null;

function isScalar(value: Json): value is Scalar {
  return typeof value !== "object" || value === null;
}

function scalar(value: Scalar): string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? sanitise(value) : String(value);
}
