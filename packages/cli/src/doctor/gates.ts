import { type Project, examineGates, prepareGates } from "@pawl/core";
import { type Finding, failure } from "./finding.ts";

/**
 * Whether each gate fits the scorer, and, where the sandbox works, what it can and cannot tell apart with it: that
 * measures the committed surface, where a gate asks for it.
 */
export async function checkGates(project: Project, sandboxWorks: boolean): Promise<Finding[]> {
  try {
    const tasks = await prepareGates(project, project.config);
    if (!sandboxWorks) return [];
    const reports = await examineGates(project, tasks, new AbortController().signal);
    return reports.flatMap((report): Finding[] => {
      if ("error" in report) return [failure(report.gate, report.error)];
      return report.checks.map((check) => (check.ok ? check : { ...check, warning: true }));
    });
  } catch (error) {
    return [failure("gates", error)];
  }
}
