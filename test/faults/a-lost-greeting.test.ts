import { describe, expect, test } from 'vitest';
import { subjects } from './subjects.ts';
import { benchOf } from './trial.ts';

/** Their dialects have no question: whether they are there is for them, or for their bridge, to say. */
const cannotBeAsked = /^(?:homie|home-assistant)/;
const asked = subjects.filter(({ name, shape }) => shape === 'messages' && !cannotBeAsked.test(name));

describe.each(asked)('$name', (subject) => {
  test('is asked whether it is there, as long as it is said to be away', async () => {
    const { lab } = await benchOf(subject, 1);
    await using _ = lab;
    const device = lab.device('unit');
    await device.until('ready', 60_000);
    await device.press('unplug');
    await device.faults.set([{ kind: 'drop' }]);
    await device.press('plug');
    await lab.clock.advance(5000);
    await device.faults.clear();
    await device.until('ready', 60_000);
  });
});

test('ever more seldom', async () => {
  const subject = asked.find(({ name }) => name.startsWith('mqtt-rpc'));
  if (subject === undefined) throw new Error('there is no such subject');
  const { lab } = await benchOf(subject, 1);
  await using _ = lab;
  const device = lab.device('unit');
  await device.until('ready', 60_000);
  await device.press('unplug');
  let questions = 0;
  device.follow(({ kind }) => void (kind === 'sent' && questions++));
  await lab.clock.advance(60_000);
  expect(questions).toBeGreaterThan(2);
  expect(questions).toBeLessThan(6);
  questions = 0;
  await lab.clock.advance(3_600_000);
  expect(questions).toBeGreaterThan(10);
  expect(questions).toBeLessThan(30);
});
