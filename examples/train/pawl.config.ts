import { training } from "./training.ts";

/** 15 seconds of training for each experiment: some 200 in an hour on one CPU. */
export default training(15, { experiments: 200 });
