import { expect, test } from 'vitest';
import { acceptsCommands, type DeviceSignal, type DeviceState, next } from './state.ts';

const walk = (start: DeviceState, signals: readonly DeviceSignal[]): DeviceState =>
  signals.reduce((state, signal) => next(state, signal), start);

test('a device that comes up passes quarantine before it is ready', () => {
  expect(walk('offline', ['open', 'opened'])).toBe('quarantined');
  expect(walk('offline', ['open', 'opened', 'attached'])).toBe('ready');
});

test('an exchange that went wrong quarantines; a failed resync attaches anew, a failed attach is offline', () => {
  expect(walk('ready', ['lost-step'])).toBe('quarantined');
  expect(walk('ready', ['lost-step', 'resynced'])).toBe('ready');
  expect(walk('ready', ['lost-step', 'resync-failed'])).toBe('recovering');
  expect(walk('ready', ['lost-step', 'resync-failed', 'attached'])).toBe('ready');
  expect(walk('ready', ['lost-step', 'resync-failed', 'attach-failed'])).toBe('offline');
});

test('a silent device that is probed does not take commands meanwhile', () => {
  const probed = walk('offline', ['open']);
  expect(acceptsCommands(probed)).toBe(false);
  expect(walk(probed, ['attached'])).toBe('ready');
  expect(walk(probed, ['attach-failed'])).toBe('offline');
});

test('a lost connection and an absent device are offline from every live state', () => {
  for (const state of ['connecting', 'quarantined', 'ready', 'recovering'] as const) {
    expect(next(state, 'closed')).toBe('offline');
    expect(next(state, 'absent')).toBe('offline');
  }
});

test('nothing but enabling wakes a disabled device', () => {
  const signals = ['open', 'opened', 'attached', 'resynced', 'closed', 'present', 'lost-step'] as const;
  for (const signal of signals) expect(next('disabled', signal)).toBe('disabled');
  expect(next('disabled', 'enable')).toBe('offline');
});
