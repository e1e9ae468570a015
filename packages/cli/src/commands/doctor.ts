import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { sanitise } from "../output/text.ts";

/** `pawl doctor` */
export function doctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("what can be enforced here and what not, and whether a run could start")
    .action(async (_options: unknown, command: Command) => {
      const cli = openCli(command);
      const findings = await examine(cli);
      const ok = findings.every((finding) => finding.ok !== false);
      if (cli.output.json) await cli.output.data({ type: "doctor", ok, checks: findings });
      else tell(cli, findings, ok);
      if (!ok) process.exitCode = 2;
    });
}

function tell({ output }: Cli, findings: readonly Finding[], ok: boolean): void {
  const { colors } = output;
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, ok: good, detail, remedy } of findings) {
    const mark = good === undefined ? colors.dim("–     ") : good ? colors.green("ok    ") : colors.red("not ok");
    output.say(`${mark}  ${sanitise(name).padEnd(width)}  ${sanitise(detail)}`);
    if (good === false && remedy !== undefined) output.say(`${" ".repeat(width + 10)}→ ${sanitise(remedy)}`);
  }
  const sure = findings.some((finding) => finding.ok === undefined);
  output.say("");
  if (!ok) output.say(colors.red("A run could not start here."));
  else output.say(colors.green(sure ? "Nothing that was checked stands in the way of a run." : "A run could start."));
}
