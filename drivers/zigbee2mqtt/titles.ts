import { nameOf } from '../../src/driver/index.ts';
import type { Exposed } from './exposes.ts';
import type { Titles } from './specs.ts';

/** The name and the summary of a device's model. What of it was not understood is said. */
export function modelTitles(
  model: string | undefined,
  vendor: string | undefined,
  exposed: Exposed & { readonly description: string | undefined },
): Titles {
  const named = [vendor, model].filter((text) => text !== undefined).join(' ');
  const told = [named, exposed.description].filter((text) => text !== undefined && text !== '').join(': ');
  const { leftOut } = exposed;
  const missing = leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`.slice(0, 500);
  return {
    name: `zigbee2mqtt-${nameOf((model ?? 'device').toLowerCase())}`.slice(0, 63).replace(/-+$/, ''),
    summary: `${told === '' ? 'Zigbee device' : told}${missing}`,
  };
}
