import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { follow, type SseReader } from '../support/sse.ts';
import { temporaryFolder } from '../wire/support.ts';
import { allReady, startService } from './service.ts';

const config = `
connections:
  psu-line: { simulate: { model: scpi-supply, via: pty } }
  oven-line: { simulate: { model: bellcrank-oven, via: tcp } }
  house: { simulate: { model: tasmota, via: mqtt, options: { topic: plug } } }
devices:
  psu: { driver: scpi-supply, connection: psu-line }
  oven: { driver: bellcrank-oven, connection: oven-line }
  plug: { driver: tasmota, connection: house, options: { topic: plug } }
`;

interface Told {
  readonly device: string;
  readonly name: string;
  readonly value: unknown;
  readonly simulated: boolean;
  readonly cause: { readonly kind: string; readonly commandId?: string };
}

/** The first value of this cause after so many entries. */
async function valueOf(reader: SseReader, [device, name, kind]: readonly string[], after: number): Promise<Told> {
  const find = (): Told | undefined =>
    reader
      .events()
      .slice(after)
      .filter(({ event }) => event === 'property')
      .map(({ data }) => data as Told)
      .find((told) => told.device === device && told.name === name && told.cause.kind === kind);
  await reader.until(() => find() !== undefined);
  return find() as Told;
}

test('causes over a pseudo-terminal, a socket and a broker', { timeout: 60_000 }, async () => {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(file, config);
  const service = await startService(file);
  await allReady(service);
  const reader = await follow(service.url, '?type=property');
  await reader.until((its) => its.events('synced').length > 0);
  for (const [device, name, value] of [
    ['psu', 'voltage-setpoint', 5],
    ['oven', 'ramp', 3],
    ['plug', 'power', true],
  ] as const) {
    const before = reader.events().length;
    const { body } = await service.put(`/v1/devices/${device}/properties/${name}`, { value });
    expect(body).toMatchObject({ outcome: 'succeeded' });
    const told = await valueOf(reader, [device, name, 'command'], before);
    expect(told).toMatchObject({ value, simulated: true, cause: { commandId: body['id'] } });
    const after = reader.events().length;
    await service.get(`/v1/devices/${device}/properties/${name}?maxAgeMs=0`);
    expect(await valueOf(reader, [device, name, 'poll'], after)).toMatchObject({ value });
  }
  const before = reader.events().length;
  await service.post('/v1/simulators/plug/press', { button: 'button' });
  expect(await valueOf(reader, ['plug', 'power', 'external'], before)).toMatchObject({ value: false });
  reader.close();
});
