import { expect, test } from 'vitest';
import { readyMill } from '../support/grbl-mill.ts';

test.each([
  [314.96063, '$100=314.96063'],
  [0.0004, '$100=0.0004'],
  [-0, '$100=0'],
  [0.000_000_1, '$100=0.0000001'],
  [999_999.25, '$100=999999.25'],
  [250, '$100=250'],
])('a setting of %d is written as it is', async (value, line) => {
  const { rig, port } = await readyMill();
  const heard = (): string => Buffer.from(port.heard).toString('latin1');
  const record = await rig.settled(rig.submit('mill', 'set-setting', { number: 100, value }));
  expect(record).toMatchObject({ evidence: { sent: line } });
  expect(heard()).toContain(`${line}\n`);
});

test.each([0.1 + 0.2, 1e-8, 314.960_629_9])(
  'a setting of %d, which the controller would cut, is not sent',
  async (value) => {
    const { rig, port } = await readyMill();
    port.heard.length = 0;
    const record = await rig.settled(rig.submit('mill', 'set-setting', { number: 100, value }));
    expect(record).toMatchObject({ outcome: 'not-sent', error: { code: 'invalid-request' } });
    expect(Buffer.from(port.heard).toString('latin1')).not.toContain('=');
  },
);
