import { expect, test } from 'vitest';
import type { Call } from '../../src/driver/index.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { makeCall } from '../../test/support/call.ts';
import { makeContext } from '../../test/support/context.ts';
import { decodeAnswer, decodeTemperature, setTarget } from './codec.ts';
import template from './driver.ts';

test('the codec takes what the manual shows, and nothing else', () => {
  expect(setTarget(40)).toBe('SET 40.0');
  expect(decodeTemperature('TEMP -3.5')).toBe(-3.5);
  for (const line of ['TEMP', 'TEMP 1', 'TEMP 1.5 ', '1.5', '']) {
    expect(() => decodeTemperature(line)).toThrow(expect.objectContaining({ code: 'device-protocol' }));
  }
  expect(() => decodeAnswer('ERR 7')).toThrow(expect.objectContaining({ code: 'device-refused' }));
  expect(() => decodeAnswer('FINE')).toThrow(expect.objectContaining({ code: 'device-protocol' }));
});

test('it attaches, sets, reads and stops', async () => {
  const { near, far } = memoryBytes();
  const heard: string[] = [];
  far.onData((chunk) => {
    const line = Buffer.from(chunk).toString().trim();
    heard.push(line);
    const replies: Record<string, string> = { 'ID?': 'HEATER 1.0', 'TEMP?': 'TEMP 21.5' };
    void far.write(Buffer.from(`${replies[line] ?? 'OK'}\n`));
  });
  const session = await template.attach(near, {}, makeContext().context);
  const call = (): never => makeCall(near).call as Call as never;
  expect(await session.commands['set-target']?.({ celsius: 40 } as never, call())).toEqual({});
  expect(await session.read?.['temperature']?.(call())).toBe(21.5);
  await session.stop?.(call());
  expect(heard).toEqual(['ID?', 'SET 40.0', 'TEMP?', 'OFF', 'ID?']);
});
