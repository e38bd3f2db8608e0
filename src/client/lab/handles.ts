import { isReserved } from '../names.ts';

/**
 * An object that has whatever name is asked of it; only using what comes says whether the device has it. It looks like no
 * promise, and neither printing it nor comparing it uses anything.
 */
export function handles<Handle>(what: string, make: (key: string) => Handle): Readonly<Record<string, Handle>> {
  const target = Object.create(null) as Record<string, unknown>;
  Object.defineProperty(target, 'toString', { value: () => `[${what}]` });
  Object.defineProperty(target, Symbol.toStringTag, { value: what });
  Object.freeze(target);
  return new Proxy(target as Record<string, Handle>, {
    get: (_, key) => (typeof key === 'string' && !isReserved(key) ? make(key) : Reflect.get(target, key)),
    set(_, key) {
      throw new TypeError(`${String(key)} of [${what}] cannot be set`);
    },
  });
}
