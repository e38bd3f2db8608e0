import type { Service } from '../process/service.ts';

/** A supply's command whose outcome is unknown: what the supply answers to it is lost. Resolves with its id. */
export async function sendUnknown(service: Service, device: string, volts: number): Promise<string> {
  const faults = `/v1/simulators/${device}/faults`;
  const lost = { kind: 'drop', match: 'No error' };
  await service.put(faults, { faults: [lost] });
  for (;;) {
    // On a busy machine one may expire before it is sent.
    const { body } = await service.post(`/v1/devices/${device}/commands/set-voltage`, { volts });
    if (body['outcome'] !== 'unknown') continue;
    await service.put(faults, { faults: [] });
    return String(body['commandId']);
  }
}
