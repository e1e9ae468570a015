/** Everything that Pawl makes in a daemon carries these labels, and nothing without them is ever touched. */
export const LABEL = {
  /** The run. */
  run: "dev.pawl.run",
  /** The job that the container was made for, or {@link WARM}. */
  experiment: "dev.pawl.experiment",
  /** The process that made it: see `owner.ts`. */
  owner: "dev.pawl.owner",
  /** One executor of that process. */
  executor: "dev.pawl.executor",
  /** What an image is: `node`, `dockerfile` … */
  image: "dev.pawl.image",
} as const;

/** The experiment of a container that was started ahead of its job. Its name tells the job once it has one. */
export const WARM = "warm";

/** The labels of one thing. */
export function labelsOf(by: {
  run: string;
  experiment: string;
  owner: string;
  executor: string;
}): Record<string, string> {
  return {
    [LABEL.run]: by.run,
    [LABEL.experiment]: by.experiment,
    [LABEL.owner]: by.owner,
    [LABEL.executor]: by.executor,
  };
}
