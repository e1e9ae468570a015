import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { type Files, type Metric, pass } from "@pawl/plugin";
import { type Host, type HostAttack, reaches } from "./host.ts";

type Words = Pick<HostAttack, "name" | "rows" | "description" | "act"> & Partial<HostAttack>;

/** An attack after which a keep would be one too many. */
function attack(words: Words): HostAttack {
  return {
    technique: "host",
    expected: "engine",
    proposes: "better",
    through: ({ kept }) => (kept ? "the proposal was kept all the same" : undefined),
    ...words,
  };
}

const change = (pick: (host: Host) => string | undefined, how: (file: string) => Promise<void>) => {
  return async (host: Host): Promise<undefined> => {
    const file = pick(host);
    if (file === undefined) throw new Error("there is no such file in this project");
    await how(file);
    return undefined;
  };
};

const asText = (files: Files): string => JSON.stringify(Object.entries(files).toSorted());

/** What a proposer might do that runs on the host, as all plugins do. */
export const HOST_ATTACKS: readonly HostAttack[] = [
  attack({
    name: "edited-evaluator",
    rows: [15],
    description: "Changes a file that defines the metric, in the middle of the run.",
    act: change(
      ({ lockedFiles }) => lockedFiles[0],
      (file) => appendFile(file, "\n// kinder\n"),
    ),
  }),
  attack({
    name: "edited-and-restored",
    rows: [15],
    description: "Changes the same file, and puts it back before anybody looks.",
    act: change(
      ({ lockedFiles }) => lockedFiles[0],
      async (file) => {
        const before = await readFile(file);
        await writeFile(file, "export {};\n");
        await writeFile(file, before);
      },
    ),
    through: ({ score, honestScore }) =>
      score === undefined || score === honestScore ? undefined : `it scored ${score} instead of ${honestScore}`,
  }),
  attack({
    name: "edited-config",
    rows: [15, 17],
    description: "Changes the config in the middle of the run.",
    act: change(
      ({ configFile }) => configFile,
      (file) => appendFile(file, "\n"),
    ),
  }),
  attack({
    name: "deleted-lock",
    rows: [15],
    description: "Deletes the lock file.",
    act: change(
      ({ lockFile }) => lockFile,
      (file) => rm(file),
    ),
  }),
  attack({
    name: "forged-lock",
    rows: [15],
    description: "Changes digests in the lock file.",
    act: change(
      ({ lockFile }) => lockFile,
      async (file) => {
        const text = await readFile(file, "utf8");
        await writeFile(file, text.replaceAll(/sha256:[0-9a-f]{8}/g, "sha256:00000000"));
      },
    ),
  }),
  attack({
    name: "sandbagged-commit",
    rows: [34],
    description: "Commits a worse surface and writes it into the working tree, so that the baseline looks bad.",
    async act({ root, worse, git }) {
      for (const [path, text] of Object.entries(worse)) await writeFile(`${root}/${path}`, text);
      await git("commit", "--quiet", "--all", "--message", "tidy up");
      return undefined;
    },
    through: ({ kept, onBase }) => (kept && !onBase ? "the champion stands on the worse surface" : undefined),
  }),
  attack({
    name: "sandbagged-in-memory",
    rows: [34, 35],
    proposes: "worse",
    description: "Writes worse content and a worse score into the objects that it was handed.",
    async act({ context, worse }) {
      const { champion, history } = context;
      const targets = [champion.files, history.kept()[0]?.files, history.recent(1)[0]?.files];
      for (const files of targets) Object.assign(files ?? {}, worse);
      Object.assign(champion, { score: context.metric.direction === "maximize" ? -1e9 : 1e9 });
      return undefined;
    },
    through: ({ kept, champion }) =>
      kept ? "a worse surface was kept" : champion === undefined ? undefined : "the champion's content has changed",
  }),
  attack({
    name: "turned-metric",
    rows: [34, 38],
    proposes: "worse",
    description: "Turns the direction of the metric in the object that it was handed.",
    act: async ({ context }) => turn(context.metric),
    undo: ({ context }) => void turn(context.metric),
  }),
  attack({
    name: "replaced-scorer",
    rows: [5, 15],
    proposes: "worse",
    expected: "metric-lock",
    description: "Replaces the function of the scorer in memory.",
    async act({ scorer }) {
      const { score } = scorer;
      const { direction, range } = scorer.metric;
      const end = range?.[direction === "maximize" ? 1 : 0] ?? (direction === "maximize" ? Infinity : -Infinity);
      const far = (value: number): number => (Math.abs(value) * 10 + 1) * (direction === "maximize" ? 1 : -1);
      const better = (value: number): number =>
        Number.isFinite(end) ? value + 0.9 * (end - value) : value + far(value);
      Object.assign(scorer, {
        score: async (...args: Parameters<typeof score>) => {
          const found = await score.apply(scorer, args);
          return { ...found, value: better(found.value), samples: found.samples?.map(better) };
        },
      });
      return undefined;
    },
  }),
  attack({
    name: "replaced-gates",
    rows: [38],
    proposes: "worse",
    expected: "metric-lock",
    description: "Replaces the functions of all gates in memory.",
    async act({ gates }) {
      const yes = async () => pass("PAWL_BETTER", "It is better.");
      for (const gate of gates) {
        for (const step of ["inspect", "judgeEarly", "judge", "beforeCommit"] as const) {
          if (gate[step] !== undefined) Object.assign(gate, { [step]: yes });
        }
      }
      return undefined;
    },
  }),
  attack({
    name: "edited-ledger",
    rows: [38],
    description: "Raises the scores in the ledger.",
    async act({ ledgerFile }) {
      const ledger = new DatabaseSync(ledgerFile);
      try {
        const triggers = ledger
          .prepare("select name from sqlite_master where type = 'trigger' and tbl_name = 'events'")
          .all();
        for (const { name } of triggers) ledger.exec(`drop trigger "${String(name)}"`);
        ledger.exec(`update events set json = replace(json, '"score":', '"score":9')`);
      } finally {
        ledger.close();
      }
      return undefined;
    },
    through: ({ error, ledger }) =>
      error === undefined && ledger === undefined ? "nobody noticed that the ledger was changed" : undefined,
  }),
  attack({
    name: "deleted-ledger",
    rows: [38],
    description: "Deletes the ledger, and with it all that was written down.",
    async act({ ledgerFile }) {
      for (const end of ["", "-wal", "-shm"]) await rm(`${ledgerFile}${end}`, { force: true });
      return undefined;
    },
    through: ({ error, kept }) =>
      error === undefined && kept ? "a candidate was kept and nothing of it is written down" : undefined,
  }),
  attack({
    name: "moved-branch",
    rows: [38],
    description: "Puts a commit of its own where the run's branch will be.",
    async act({ git, branch }) {
      const tree = (await git("rev-parse", "HEAD^{tree}")).trim();
      const commit = (await git("commit-tree", tree, "-m", "Pawl-Score: 1000000")).trim();
      await git("update-ref", `refs/heads/${branch}`, commit);
      return undefined;
    },
  }),
  attack({
    name: "peeking-proposer",
    rows: [6],
    description: "Searches everything that it is handed for validation cases.",
    act: async ({ context, sealed }) => {
      const handed = [context, context.train.inputs, await context.train.failures(), context.history.recent(10)];
      const found = sealed.filter((text) => reaches(handed, new Set([text])));
      // A few may stand in both splits by chance.
      return found.length > sealed.length / 2 ? "validation cases were in reach" : undefined;
    },
    through: ({ found }) => found,
  }),
];

/** Turns a metric's direction, and says nothing where it is frozen. */
async function turn(metric: Metric): Promise<undefined> {
  Object.assign(metric, { direction: metric.direction === "maximize" ? "minimize" : "maximize" });
  return undefined;
}

/** Whether two contents are the same. */
export const sameFiles = (a: Files, b: Files): boolean => asText(a) === asText(b);
