export { improvement, improvement as default } from "./improvement.ts";
