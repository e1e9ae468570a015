const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;

/** A plugin's instance in the hands of the engine alone. */
export interface SealedInstance<T extends object> {
  /** Calls the methods that the instance had when it was made, whatever becomes of it later. */
  readonly instance: T;
  /** These methods, and the accessors beside them. */
  readonly methods: readonly Function[];
  /** One line for each method of the instance, or of what it inherits from, that was replaced since. */
  tampered(): readonly string[];
}

interface Held {
  readonly object: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
}

/**
 * Takes a plugin's methods as they are now. The engine calls nothing else, so that replacing one later, on the instance
 * or on its class, has no effect on the engine's calls; and since methods call each other, it is noticed as well.
 */
export function sealInstance<T extends object>(instance: T): SealedInstance<T> {
  const held: Held[] = [];
  const methods: Function[] = [];
  const facade: Record<PropertyKey, unknown> = {};
  for (let object: object = instance; object !== null && object !== Object.prototype; object = getPrototypeOf(object)) {
    for (const key of ownKeys(object)) {
      const { value, get } = getOwnPropertyDescriptor(object, key) ?? {};
      const code: unknown = get ?? value;
      if (typeof code === "function") {
        held.push({ object, key, value, get });
        if (key !== "constructor") methods.push(code);
      }
      if (Object.hasOwn(facade, key) || key === "constructor") continue;
      Object.defineProperty(facade, key, {
        enumerable: true,
        ...(typeof value === "function"
          ? { value: (...args: unknown[]): unknown => apply(value, instance, args) }
          : { get: (): unknown => (get === undefined ? Reflect.get(object, key) : apply(get, instance, [])) }),
      });
    }
  }
  return {
    instance: Object.freeze(facade) as T,
    methods,
    tampered: () =>
      held.flatMap(({ object, key, value, get }) => {
        const found = getOwnPropertyDescriptor(object, key);
        return found?.value === value && found?.get === get ? [] : [`its "${String(key)}" is not what it was`];
      }),
  };
}
