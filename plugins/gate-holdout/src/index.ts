export { holdout, holdout as default } from "./holdout.ts";
