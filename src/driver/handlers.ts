/**
 * Handlers that are made when they are looked up, by one that is found by its name: what describes itself anew has others, and ten
 * thousand sessions keep none. `find` returns undefined for what there is not.
 */
export function handlersOf<H>(find: (name: string) => H | undefined): Readonly<Record<string, H>> {
  const get = (_: object, name: string | symbol): H | undefined => (typeof name === 'string' ? find(name) : undefined);
  return new Proxy<Record<string, H>>({}, { get, has: (target, name) => get(target, name) !== undefined });
}
