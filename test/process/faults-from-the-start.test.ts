import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulate } from '../support/simulated-process.ts';
import { temporaryFolder } from '../wire/support.ts';
import { startService } from './service.ts';

const config = `
connections:
  psu-line:
    simulate:
      model: scpi-supply
      via: pty
      faultSeed: 9
      faults:
        - { kind: delay, ms: 5 }
        - { kind: mute, when: { state: main.output, is: true } }
devices:
  psu: { driver: scpi-supply, connection: psu-line }
`;

test('the service starts with the faults of its configuration, and others can take their place', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'bellcrank.yaml');
  writeFileSync(file, config);
  const service = await startService(file);
  const report = (): Promise<object> => service.get('/v1/simulators/psu/faults');
  await expect
    .poll(report, { timeout: 20_000 })
    .toMatchObject({ seed: 9, faults: [{ fault: { kind: 'delay', ms: 5 } }, { fault: { kind: 'mute' } }] });
  await expect.poll(async () => Object(await report()).faults[0].acted, { timeout: 20_000 }).toBeGreaterThan(0);
  const { body } = await service.put('/v1/simulators/psu/faults', { faults: [{ kind: 'drop', afterMs: 60_000 }] });
  expect(body).toMatchObject({ faults: [{ fault: { kind: 'drop' } }] });
}, 60_000);

test('bellcrank simulate --config starts with them as well, unless it is given others', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lab.yaml'), config);
  const running = await simulate(['--config', 'lab.yaml'], { cwd });
  running.say('faults');
  await expect.poll(running.stdout).toContain('delay {"ms":5}: acted');
  await running.end();
  const others = await simulate(['--config', 'lab.yaml', '--fault', 'drop'], { cwd });
  others.say('faults');
  await expect.poll(others.stdout).toContain('drop: acted');
  expect(others.stdout()).not.toContain('delay');
}, 60_000);
