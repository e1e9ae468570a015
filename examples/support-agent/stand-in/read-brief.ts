/** An earlier experiment, as the prompt tells of it. */
export interface Tried {
  /** The experiment whose content was changed. */
  readonly parent: number;
  readonly status: string;
  readonly idea: string;
  readonly reason: string;
}

/** What the stand-in for an engineer takes from the prompt that it is given. */
export interface Brief {
  /** The surface as it stands. */
  readonly surface: string;
  readonly path: string;
  /** The experiment that the surface is from. */
  readonly champion: number;
  /** The experiment that is being proposed. */
  readonly experiment: number;
  /** Causes of failures, and how many cases they have. */
  readonly causes: ReadonlyMap<string, number>;
  /** The examples of failures, with what the agent asked of its model. */
  readonly examples: string;
  /** What was tried on which champion, and how it ended. */
  readonly tried: readonly Tried[];
  /** What the notebook calls dead ends. */
  readonly deadEnds: string;
  /** What the people who run this have said, sentence by sentence. */
  readonly told: readonly string[];
}

/** Reads a prompt by its headings. What it does not find is empty. */
export function readBrief(system: string, prompt: string): Brief {
  const section = (title: string): string => {
    const found = new RegExp(`^# ${title}[^\\n]*\\n[\\s\\S]*?<data-[^>]+>\\n([\\s\\S]*?)\\n</data-`, "m").exec(prompt);
    return found?.[1] ?? "";
  };
  const failures = section("Failures");
  const [overview = "", ...examples] = failures.split("\n\n");
  const causes = [...overview.matchAll(/^(.+): (\d+) cases?(?:, .*)?$/gm)].map(
    ([, name = "", count]) => [name, Number(count)] as const,
  );
  const tried = [
    ...section("Earlier experiments").matchAll(
      /^Experiment \d+, a change of (\d+): (\w+).*\n {2}tried: (.*)\n {2}because: (.*)$/gm,
    ),
  ].map(([, parent, status = "", idea = "", reason = ""]) => ({ parent: Number(parent), status, idea, reason }));
  return {
    surface: section("Surface: "),
    path: /^# Surface: (\S+)$/m.exec(prompt)?.[1] ?? "",
    champion: Number(/The champion, experiment (\d+)/.exec(prompt)?.[1] ?? 0),
    experiment: Number(/becomes experiment (\d+)/.exec(prompt)?.[1] ?? 0),
    causes: new Map(causes),
    examples: examples.join("\n\n"),
    tried,
    deadEnds: section("Notebook")
      .split("\n\n")
      .filter((note) => note.startsWith("dead-end"))
      .join("\n"),
    told: (/From the people who run this:\n([\s\S]*?)\n\n/.exec(system)?.[1] ?? "").split("\n"),
  };
}
