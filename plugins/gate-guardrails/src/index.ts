export { guardrails, guardrails as default } from "./guardrails.ts";
