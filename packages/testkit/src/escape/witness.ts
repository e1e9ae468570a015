/**
 * The job after each program. It tells what the world looks like: marks, names of globals and of the members of
 * prototypes, the last match, its inputs and the first random numbers. All of it must be as it was for the first job.
 */
export const WITNESS: string = String.raw`
const random = [Math.random(), Math.random()];
const match = [RegExp.$1, RegExp.input, RegExp.lastMatch];
const names = (place) => Reflect.ownKeys(place).map(String).sort();
const places = { globalThis, Object, "Object.prototype": Object.prototype, "Array.prototype": Array.prototype,
  "Function.prototype": Function.prototype, "Promise.prototype": Promise.prototype, "String.prototype": String.prototype,
  "Error.prototype": Error.prototype, "RegExp.prototype": RegExp.prototype, Promise, Symbol, Math, JSON, Reflect, Error, RegExp };
const tag = (strings) => strings;
const template = tag${"`the same text everywhere`"};
export default (info) => ({
  info,
  match: match.map((text) => text ?? null),
  random,
  frozen: Object.keys(places).filter((name) => Object.isFrozen(places[name])),
  marks: [globalThis.pawlMark, ({}).pawlMark, [].pawlMark, (() => {}).pawlMark, "".pawlMark, template.pawlMark].filter((mark) => mark !== undefined),
  works: [[1, 2].map((x) => x + 1), JSON.parse("[3]"), JSON.stringify({ a: [1] }), typeof globalThis.kept, typeof globalThis.keep],
  names: Object.fromEntries(Object.keys(places).map((name) => [name, names(places[name])])),
});
`;
