import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { examine } from "../doctor/examine.ts";
import { type Finding, prevents } from "../doctor/finding.ts";
import { sanitise } from "../output/text.ts";

/** `pawl doctor` */
export function doctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("what can be enforced here and what not, and whether a run could start")
    .action(async (_options: unknown, command: Command) => {
      const cli = openCli(command);
      const findings = await examine(cli);
      const ok = !findings.some(prevents);
      if (cli.output.json) await cli.output.data({ type: "doctor", ok, checks: findings });
      else tell(cli, findings, ok);
      if (!ok) process.exitCode = 2;
    });
}

function tell({ output }: Cli, findings: readonly Finding[], ok: boolean): void {
  const { colors } = output;
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const finding of findings) {
    const { name, ok: good, detail, remedy } = finding;
    output.say(`${markOf(finding, colors)}  ${sanitise(name).padEnd(width)}  ${sanitise(detail)}`);
    if (good === false && remedy !== undefined) output.say(`${" ".repeat(width + 10)}→ ${sanitise(remedy)}`);
  }
  const sure = findings.some((finding) => finding.ok === undefined);
  output.say("");
  if (!ok) output.say(colors.red("A run could not start here."));
  else output.say(colors.green(sure ? "Nothing that was checked stands in the way of a run." : "A run could start."));
}

function markOf(finding: Finding, colors: Cli["output"]["colors"]): string {
  if (finding.ok === undefined) return colors.dim("–     ");
  if (finding.ok) return colors.green("ok    ");
  return prevents(finding) ? colors.red("not ok") : colors.yellow("weak  ");
}
