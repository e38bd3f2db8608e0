import { expect, test } from 'vitest';
import { scoped } from './places.ts';

const driver = (name: string) => ({ model: { name } });

test('on a broker each dialect has addresses of its own', () => {
  expect(scoped('plug-1', driver('tasmota'), 'messages')).not.toBe(scoped('plug-1', driver('esphome'), 'messages'));
  expect(scoped('plug-1', driver('tasmota'), 'messages')).toBe(scoped('plug-1', driver('tasmota'), 'messages'));
});

test('on a line an address is one device, whoever speaks to it', () => {
  expect(scoped('1', driver('oven'), 'bytes')).toBe(scoped('1', driver('modbus'), 'bytes'));
});

test('whoever has the connection for itself has all of it', () => {
  expect(scoped(undefined, driver('tasmota'), 'messages')).toBeUndefined();
});
