import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';

interface Scoped {
  readonly rule: unknown;
  /** The devices that it watches. */
  readonly ids: readonly string[];
}

/** One end of what is normal: alarms of one property of one device. */
interface Limit {
  readonly index: number;
  readonly name: string;
  readonly limit: number;
  /** Where a value is normal again. */
  readonly back: number;
}

/** Between a low and a high limit of one property something must be left that clears both. */
export function checkBands(rules: readonly Scoped[]): Finding[] {
  const lows = limitsOf(rules, 'low', 1);
  const highs = limitsOf(rules, 'high', -1);
  const told = new Set<string>();
  return [...lows].flatMap(([place, low]) =>
    (highs.get(place) ?? []).flatMap((high) => {
      const pairs = low.filter((each) => each.back > high.back && !told.has(`${each.index} ${high.index}`));
      for (const each of pairs) told.add(`${each.index} ${high.index}`);
      return pairs.map((each) => overlap(each, high));
    }),
  );
}

function limitsOf(rules: readonly Scoped[], kind: 'low' | 'high', towards: 1 | -1): Map<string, Limit[]> {
  const found = new Map<string, Limit[]>();
  for (const [index, { rule, ids }] of rules.entries()) {
    const { name, property, hysteresis = 0, [kind]: limit } = isRecord(rule) ? rule : {};
    if (typeof limit !== 'number' || typeof hysteresis !== 'number') continue;
    for (const id of ids) {
      const place = JSON.stringify([id, property]);
      const its = { index, name: String(name), limit, back: limit + towards * hysteresis };
      found.set(place, [...(found.get(place) ?? []), its]);
    }
  }
  return found;
}

function overlap(low: Limit, high: Limit): Finding {
  const detail =
    `leaves nothing normal: ${low.name} clears at ${low.back} and above, ` +
    `and ${high.name} (high: ${high.limit}) at ${high.back} and below; lower it, or a hysteresis`;
  return { path: ['alarms', String(low.index), 'low'], detail };
}
