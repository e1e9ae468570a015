import { hasRecording } from "@pawl/model";
import type { Check } from "@pawl/plugin";
import type { Way } from "./asking/way.ts";

export async function diagnose(way: Way): Promise<readonly Check[]> {
  const { file } = way;
  return [{ name: "recording", ok: file !== undefined && hasRecording(file), detail: "" }];
}
