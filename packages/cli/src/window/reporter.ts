import type { Notice, PawlEvent } from "@pawl/core";
import type { NewChampion } from "./view.ts";

/** Shows a run while it goes on. */
export interface Reporter {
  /** Called after the view has taken the event in. */
  event(event: PawlEvent, champion: NewChampion | undefined): void | Promise<void>;
  /** Something that the user must know now. */
  notice(text: string): void;
  /** What a plugin tells while it works. */
  told(notice: Notice): void;
  /** Leaves the terminal as it was found. Safe to call twice. */
  close(): void;
}
