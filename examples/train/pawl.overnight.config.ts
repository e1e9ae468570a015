import { training } from "./training.ts";

/** Five minutes of training for each experiment, for eight hours: `pawl --config pawl.overnight.config.ts run`. */
export default training(300, { experiments: 100, wallMs: 8 * 3_600_000 });
