import type { Feature, ValueType } from './exposes.ts';

/**
 * What all members of a group can do: zigbee2mqtt tells no exposes of a group. Only the parts that Zigbee groups are
 * made for, lights, switches and covers, and none of one endpoint alone. A group as such cannot be asked.
 */
export function inCommon(members: readonly (readonly Feature[])[]): readonly Feature[] {
  const [first = [], ...others] = members;
  const shared: Feature[] = [];
  for (const feature of first) {
    if (!isGroupable(feature)) continue;
    const same = others.map((features) => features.find((other) => isSame(feature, other)));
    const value = same.reduce<ValueType | undefined>(
      (all, other) => all && other && narrowed(all, other.value),
      feature.value,
    );
    if (value !== undefined) shared.push({ ...feature, value, gettable: false });
  }
  return shared;
}

function isGroupable({ part, endpoint, settable }: Feature): boolean {
  return settable && endpoint === undefined && (part === 'light' || part === 'switch' || part === 'cover');
}

/** A light and a plug are both switched by `state`. */
function isSame(one: Feature, other: Feature): boolean {
  return isGroupable(other) && one.key === other.key && one.name === other.name;
}

/** What fits both; undefined where nothing does. */
function narrowed(one: ValueType, other: ValueType): ValueType | undefined {
  if (one.kind === 'numeric' && other.kind === 'numeric') {
    const minimum = Math.max(one.minimum ?? -Infinity, other.minimum ?? -Infinity);
    const maximum = Math.min(one.maximum ?? Infinity, other.maximum ?? Infinity);
    if (minimum > maximum) return undefined;
    const range = { ...(minimum > -Infinity && { minimum }), ...(maximum < Infinity && { maximum }) };
    return { kind: 'numeric', ...(one.unit !== undefined && { unit: one.unit }), ...range, presets: [] };
  }
  if (one.kind === 'enum' && other.kind === 'enum') {
    const values = one.values.filter((value) => other.values.includes(value));
    return values.length === 0 ? undefined : { kind: 'enum', values };
  }
  if (one.kind === 'binary' && other.kind === 'binary') {
    return one.on === other.on && one.off === other.off ? one : undefined;
  }
  return one.kind === 'composite' && JSON.stringify(one) === JSON.stringify(other) ? one : undefined;
}
