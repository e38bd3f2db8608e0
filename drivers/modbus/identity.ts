import { BellcrankError } from '../../src/driver/index.ts';
import type { FrameCall } from '../../src/driver/frame.ts';
import { bind, valueIn } from './binding.ts';
import type { ModbusClient } from './client.ts';
import { identificationObjects, readIdentification } from './identification.ts';
import type { ModbusIdentify, ModbusMap } from './map-schema.ts';
import { readRequest } from './plan.ts';

/** Asks the device what it is. Throws `identity-mismatch` for another one. */
export async function identify(call: FrameCall, client: ModbusClient, map: ModbusMap): Promise<void> {
  const wanted = map.identify;
  if (wanted === undefined) return;
  const found = await askIdentity(call, client, wanted, map).catch(noIdentity);
  if (!matches(wanted, found)) {
    throw new BellcrankError(
      'identity-mismatch',
      `the device says that it is ${JSON.stringify(found)}, not ${expected(wanted)}`,
    );
  }
}

async function askIdentity(
  call: FrameCall,
  client: ModbusClient,
  wanted: ModbusIdentify,
  map: ModbusMap,
): Promise<unknown> {
  if ('object' in wanted) return await client.ask(call, readIdentification(identificationObjects[wanted.object]));
  const binding = bind(wanted.register, map);
  const { place } = binding;
  return valueIn(binding, await client.ask(call, readRequest(place)), place.address);
}

function matches(wanted: ModbusIdentify, found: unknown): boolean {
  if (!('object' in wanted)) return found === wanted.equals;
  const { equals, startsWith = '' } = wanted;
  return typeof found === 'string' && (equals === undefined || found === equals) && found.startsWith(startsWith);
}

function expected(wanted: ModbusIdentify): string {
  const text = JSON.stringify(wanted.equals);
  return 'object' in wanted && wanted.equals === undefined
    ? `one that begins with ${JSON.stringify(wanted.startsWith)}`
    : (text ?? '');
}

/** A device that does not know the register, or holds nonsense there, is another one. */
function noIdentity(error: unknown): never {
  const isKnown = error instanceof BellcrankError;
  if (isKnown && error.code !== 'device-refused' && error.code !== 'device-failed') throw error;
  const detail = error instanceof Error ? error.message : String(error);
  throw new BellcrankError('identity-mismatch', `the device does not tell what it is: ${detail}`, { cause: error });
}
