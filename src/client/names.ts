/**
 * What names of a device are called in a program: `set-voltage` is `setVoltage`. Letters after anything that is neither letter
 * nor digit become capitals; the rest stays as it is. Doing it again changes nothing. A mark belongs to its letter, also where
 * that has it in one character and its capital in two.
 */
export function camelCase(name: string): string {
  const [first = '', ...rest] = name.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '');
  return first + rest.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/**
 * Names that the language looks up by itself: on `await`, as text, as JSON. Were they commands, printing an object would move
 * a machine. They get a `_` at their end.
 */
const reserved = new Set(['then', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

export function isReserved(key: string): boolean {
  return reserved.has(key);
}

/**
 * The keys of a device's names, each unique, and the same whatever the order of the names. Where several would be called the
 * same (`set-point` and `setPoint`), each keeps its own name.
 */
export function clientKeys(names: readonly string[]): Map<string, string> {
  const sorted = [...new Set(names)].sort();
  const groups = Map.groupBy(sorted, camelCase);
  const isAlone = (name: string): boolean => camelCase(name) !== '' && groups.get(camelCase(name))?.length === 1;
  const keys = new Map<string, string>();
  const claim = (key: string, name: string): void => {
    let free = key;
    while (isReserved(free) || keys.has(free)) free += '_';
    keys.set(free, name);
  };
  for (const name of sorted.filter(isAlone)) claim(camelCase(name), name);
  for (const name of sorted.filter((other) => !isAlone(other))) claim(name, name);
  return keys;
}
