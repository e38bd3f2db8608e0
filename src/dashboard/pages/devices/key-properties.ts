import type { LiveDevice, LiveProperty } from '../../live/types.ts';

const shown = 3;

/** What says most about a device on one line: what is measured, then switches, then the rest; in the model's own order. */
export function keyProperties({ properties }: Pick<LiveDevice, 'properties'>): readonly LiveProperty[] {
  const readable = [...properties.values()].filter(({ source }) => source !== 'write-only');
  return readable.sort((a, b) => rank(a) - rank(b)).slice(0, shown);
}

function rank({ name, value, unit }: LiveProperty): number {
  const isSetpoint = /setpoint|limit|target/.test(name);
  if (typeof value === 'number' && unit !== null) return isSetpoint ? 2 : 0;
  if (typeof value === 'boolean') return 1;
  return unit === null ? 3 : 2;
}
