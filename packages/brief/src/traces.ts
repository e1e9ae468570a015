import { type Files, type Json, type TrainFailure, cleanJson, cleanText } from "@pawl/plugin";
import { type FailureGroup, causesText, failureText, groupFailures } from "./failures.ts";
import { DATA_RULE, dataBlock } from "./fence.ts";

/** How much of the failures is written down. */
export interface TraceOptions {
  /** Folder that the paths start with. Default: `traces`. */
  readonly folder?: string;
  /** Failures of one cause that are written out. Default: 10. */
  readonly perCause?: number;
  /** Bytes of all files together; causes that cost least are left out where they do not fit. Default: 4 MiB. */
  readonly maxBytes?: number;
}

const DEFAULT_BYTES = 4_194_304;
const STRING_CHARACTERS = 16_384;

/**
 * The champion's train failures as files: an overview, and for each cause one file to read and one with the same as
 * JSON.
 */
export function writeTraces(failures: readonly TrainFailure[], options: TraceOptions = {}): Files {
  const { folder = "traces", perCause = 10, maxBytes = DEFAULT_BYTES } = options;
  const groups = groupFailures(failures);
  const files = new Map<string, string>();
  const overview: string[] = [];
  let left = maxBytes;
  groups.forEach((group, index) => {
    const name = `${String(index + 1).padStart(2, "0")}-${slug(group.cause)}`;
    const shown = { ...group, failures: group.failures.slice(0, perCause) };
    const pair = [
      [`${folder}/${name}.md`, groupText(shown, group.failures.length)],
      [`${folder}/${name}.json`, groupJson(shown)],
    ] as const;
    const bytes = pair.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    if (bytes > left) {
      overview.push(`- ${name}: left out, there was no more room`);
      return;
    }
    left -= bytes;
    for (const [path, text] of pair) files.set(path, text);
    overview.push(`- ${name}.md, ${name}.json: ${shown.failures.length} of ${group.failures.length}`);
  });
  const intro = "# What the champion gets wrong on train cases\n\nOne pair of files a cause, the costliest first.";
  const causes = groups.length === 0 ? "No failure is known." : dataBlock(causesText(groups));
  files.set(`${folder}/README.md`, `${[intro, DATA_RULE, causes, overview.join("\n")].join("\n\n").trimEnd()}\n`);
  return Object.fromEntries(files);
}

function groupText({ cause, failures }: FailureGroup, all: number): string {
  const head = `# ${failures.length} of ${all} failures with one cause\n\n${DATA_RULE}\n\nCause:\n\n${dataBlock(cause, 1_000)}`;
  return `${[head, ...failures.map(failureText)].join("\n\n")}\n`;
}

function groupJson({ cause, failures }: FailureGroup): string {
  const value = { cause, failures } as unknown as Json;
  return `${JSON.stringify(cleanJson(JSON.parse(JSON.stringify(value)) as Json, { maxCharacters: STRING_CHARACTERS }), null, 2)}\n`;
}

/** A cause as part of a file name: hostile text is left with letters, digits and dashes. */
function slug(cause: string): string {
  const plain = cleanText(cause, { maxCharacters: 200 })
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return plain.slice(0, 40).replace(/-+$/, "") || "failures";
}
