import { expect, test } from 'vitest';
import type { DeviceStop } from '../../src/dashboard/boot/stop-request.ts';
import { leftOut, summary, title, wordsOf, worstFirst } from '../../src/dashboard/boot/stop-words.ts';

const stop = (device: string, more: Partial<DeviceStop>): DeviceStop => {
  return { device, simulated: false, confirmation: null, recorded: true, ...more };
};

const confirmed = stop('psu-1', { outcome: 'succeeded', confirmation: 'confirmed' });
const acknowledged = stop('mill-1', { outcome: 'succeeded', confirmation: 'acknowledged' });
const sent = stop('plug-1', { outcome: 'succeeded', confirmation: 'sent' });
const unknown = stop('psu-2', {
  outcome: 'unknown',
  error: { code: 'device-timeout', detail: 'no answer within 1000 ms' },
});
const offline = stop('oven-1', {
  outcome: 'not-sent',
  error: { code: 'device-offline', detail: 'the port is closed' },
});
const without = stop('gps-1', {
  outcome: 'not-sent',
  error: { code: 'not-found', detail: 'model nmea0183 declares no stop' },
});
const refused = stop('oven-2', { outcome: 'refused', error: { code: 'device-refused', detail: 'busy' } });
const failed = stop('valve-1', { outcome: 'failed', error: { code: 'device-failed', detail: 'jammed' } });

const everything = { everything: true, left: 0, notAllowed: [] };

test('only what a device answered counts as its answer', () => {
  expect(wordsOf(confirmed).text).toBe('Stopped: read back from the device.');
  expect(wordsOf(acknowledged).text).toBe('The device acknowledged Stop.');
  expect(wordsOf(sent)).toEqual({ certainty: 'sent', text: expect.stringContaining('does not say whether it obeyed') });
});

test('what is not known is said to be so, and why', () => {
  const text = 'It is not known whether it stopped. No answer within 1000 ms.';
  expect(wordsOf(unknown)).toEqual({ certainty: 'unsure', text });
  expect(wordsOf(stop('x', {})).certainty).toBe('unsure');
  expect(wordsOf(stop('x', { outcome: 'a word of tomorrow' })).certainty).toBe('unsure');
});

test.each([
  [offline, 'Not stopped: nothing was sent. The port is closed.'],
  [refused, 'Not stopped: the device refused. Busy.'],
  [failed, 'Not stopped: the device says that it failed. Jammed.'],
])('what did not stop is said to move on', (device, text) => {
  expect(wordsOf(device)).toEqual({ certainty: 'not', text });
});

test('what needs a hand comes first', () => {
  const all = [confirmed, without, sent, acknowledged, unknown, offline];
  expect(worstFirst(all).map(({ device }) => device)).toEqual([
    'oven-1',
    'psu-2',
    'plug-1',
    'mill-1',
    'psu-1',
    'gps-1',
  ]);
});

test('nothing is called stopped that may still run', () => {
  expect(title([confirmed, acknowledged, without], everything)).toBe('Everything is stopped');
  expect(title([confirmed, sent], everything)).toBe('Everything has been told to stop');
  expect(title([confirmed, sent, unknown], everything)).toBe('Stopped, but 1 of 3 may still run');
  expect(title([offline, refused, failed, confirmed], everything)).toBe('Stopped, but 3 of 4 may still run');
});

test('one sentence counts them, and calls nothing stopped that is not', () => {
  expect(summary([confirmed, acknowledged, sent, unknown, offline, without])).toBe(
    '6 devices: 1 not stopped, 1 not known, 1 sent without an answer, 1 acknowledged, 1 confirmed, 1 without a stop of their own.',
  );
  expect(summary([confirmed])).toBe('1 device: 1 confirmed.');
  expect(summary([])).toBe('There is no device; what is added now starts stopped.');
});

test('what somebody may not stop is not called stopped', () => {
  const some = { everything: false, left: 3, notAllowed: ['oven-3', 'oven-4'] };
  expect(title([confirmed], some)).toBe('Not everything is stopped: 3 of 4 were left as they are');
  expect(leftOut(some)).toBe(
    '3 devices were not stopped (oven-3, oven-4, …): you may not stop them. Whoever may has to.',
  );
  const unseen = { everything: false, left: 1, notAllowed: [] };
  expect(title([offline], unseen)).toBe('Not everything is stopped: 1 of 2 were left as they are');
  expect(leftOut(unseen)).toBe('1 device was not stopped: you may not stop it. Whoever may has to.');
  const all = { everything: false, left: 0, notAllowed: [] };
  expect(title([confirmed], all)).toBe('Every device that is here now is stopped');
  expect(title([confirmed, sent], all)).toBe('Every device that is here now has been told to stop');
  expect(leftOut(all)).toBe('');
});
