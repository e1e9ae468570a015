import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { languageModel } from "@pawl/proposer-model";
import { afterAll, expect, it } from "vitest";
import { META } from "./models.ts";
import { POLICIES } from "./office.ts";
import { startStandIns, TASK_MODEL } from "./stand-in/server.ts";
import { runSmall } from "./test/small-run.ts";

const folder = await mkdtemp(join(tmpdir(), "pawl-support-recordings-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const GUARD = 580_000;

it(
  "climbs from the poor harness, on fresh mails too, and does the same again from the recording with nobody there",
  { timeout: GUARD },
  async () => {
    const run = (url: string, mode: "record" | "replay") =>
      runSmall({
        url,
        recording: { file: join(folder, "task.recording"), mode },
        proposer: languageModel({
          model: { ...META, url },
          instructions: Object.values(POLICIES).join("\n"),
          recording: { file: join(folder, "meta.recording"), mode },
        }),
        experiments: 5,
      });
    const server = await startStandIns();
    const first = await run(server.url, "record");
    // Both models were asked over the wire, with tools.
    const byModel = Map.groupBy(server.requests, ({ body }) => body.model);
    expect(byModel.size).toBe(2);
    expect(byModel.get(TASK_MODEL)?.every(({ body }) => body.tools?.length === 9)).toBe(true);
    await server.close();

    expect(first.summary.kept).toBeGreaterThanOrEqual(2);
    const { exam } = first.summary;
    expect(exam?.cases).toBe("fresh");
    expect(exam?.effect?.low).toBeGreaterThan(0.2);
    for (const { status, guardrails } of first.finished.slice(1)) {
      if (status === "kept") expect(guardrails).toMatchObject({ "policy breaches": 0 });
    }

    // Nothing listens at that address any more.
    const second = await run(server.url, "replay");
    const story = ({ finished }: typeof first) =>
      finished.map(({ status, score, reason }) => ({ status, score, reason }));
    expect(story(second)).toEqual(story(first));
    expect(second.summary.exam).toEqual(exam);
  },
);
