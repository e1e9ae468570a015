import { type EntryPrograms, testExecutor } from "@pawl/testkit";
import { docker } from "./index.ts";
import { containersOf, describeDocker, describePython, PYTHON, volumesOf } from "./test/daemon.ts";
import { NODE_PROGRAMS, PYTHON_PROGRAMS } from "./test/programs.ts";

/** What the suite's runs have left in the daemon. */
async function leftovers(): Promise<string[]> {
  const runs = await Promise.all(["testkit", "testkit-2"].flatMap((run) => [containersOf(run), volumesOf(run)]));
  return runs.flat();
}

// Containers start and end while other work goes on here.
const common = { graceMs: 5_000, guardMs: 120_000, leftovers };
const options = [
  { cpus: 0 },
  { image: 7 },
  { warm: -1 },
  { privileged: true },
  { hostMounts: ["/"] },
  { pull: "always" },
];

describeDocker("functions in Docker", () => {
  testExecutor(docker(), { entries: ["javascript", "typescript"], badOptions: options, ...common });
});

const programs = (entries: readonly EntryPrograms[], image: object): void =>
  testExecutor(docker(image), { entries, limits: { memoryMb: 128, diskMb: 4, wallMs: 20_000 }, ...common });

describeDocker("programs in Docker", () => programs([NODE_PROGRAMS], {}));
describePython("Python in Docker", () => programs([PYTHON_PROGRAMS], { image: PYTHON, pull: "never" }));
