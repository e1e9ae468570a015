/** Files of the scratch copy that are not of the surface. */
export const BRIEF = "BRIEF.md";
/** The agent may say here what it tried: the first line is the hypothesis, the rest the rationale. */
export const HYPOTHESIS = "HYPOTHESIS.md";
export const TRACES = "traces";
