/** What whoever writes a bridge by hand answers to a command: a record of the same shape and length as the service's. */
import { randomUUID } from 'node:crypto';

export interface Setting {
  readonly volts: number;
}

/** Each connection of the load has a device to itself. */
export const mostDevices = 100;

export function deviceName(index: number): string {
  return `output-${index}`;
}

/** One command to the device that every contender has, and what each answer to it must say. */
export const commandBodyText = '{"volts":5}';
export const commandResultText = '"result":{"volts":5}';

export function commandPath(device: string): string {
  return `/v1/devices/${device}/commands/set`;
}

/** A device that does at once what it is told. */
export function recordOf(device: string, params: Setting, id: string = randomUUID()): object {
  const now = new Date().toISOString();
  return {
    id,
    device,
    command: 'set',
    params,
    state: 'ended',
    outcome: 'succeeded',
    confirmation: 'acknowledged',
    result: { volts: params.volts },
    by: 'anonymous',
    simulated: true,
    submittedAt: now,
    sentAt: now,
    endedAt: new Date().toISOString(),
    links: { self: `/v1/commands/${id}`, device: `/v1/devices/${device}` },
  };
}
