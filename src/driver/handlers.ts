/**
 * Handlers that are made when they are looked up: what describes itself anew has others, and ten thousand sessions keep none.
 * `names` are those that there are; `find` makes one of them, and returns undefined for any other name.
 */
export function handlersOf<H>(
  names: () => Iterable<string>,
  find: (name: string) => H | undefined,
): Readonly<Record<string, H>> {
  const get = (_: object, name: string | symbol): H | undefined => (typeof name === 'string' ? find(name) : undefined);
  return new Proxy<Record<string, H>>(
    {},
    {
      get,
      has: (target, name) => get(target, name) !== undefined,
      ownKeys: () => [...names()],
      getOwnPropertyDescriptor(target, name) {
        const value = get(target, name);
        return value === undefined ? undefined : { value, enumerable: true, configurable: true };
      },
    },
  );
}
