import { expect, test } from 'vitest';
import { BellcrankError } from '../../errors.ts';
import { parseRecording } from '../../recording/index.ts';
import { VirtualClock } from '../../testing/index.ts';
import { Trace } from './trace.ts';

function tracing() {
  const clock = new VirtualClock();
  let text = '';
  const trace = new Trace({ driver: 'parrot', transport: 'tcp' }, clock, (more) => (text += more));
  return { clock, trace, recording: () => parseRecording(text), text: () => text };
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const lost = { lost: true, cause: new BellcrankError('connection-lost', 'gone') };

test('what is printed is a recording, told from the client’s side', async () => {
  const { clock, trace, recording, text } = tracing();
  const end = trace.watch()('127.0.0.1:4000 (far end)');
  await clock.advance(5);
  end.heard(bytes('*IDN?\n'));
  trace.note('fault delay: 20 ms\n\u001b[2J');
  await clock.advance(20);
  end.said(bytes('ACME\n'));
  end.ended(lost);
  const { header, events } = recording();
  expect(header).toMatchObject({ driver: 'parrot', transport: 'tcp', simulated: true });
  expect(events).toMatchObject([
    { at: 0, kind: 'wire', what: 'opened', detail: '127.0.0.1:4000' },
    { at: 5, kind: 'sent', bytes: Uint8Array.from(bytes('*IDN?\n')) },
    { at: 25, kind: 'heard', bytes: Uint8Array.from(bytes('ACME\n')) },
    { at: 25, kind: 'wire', what: 'closed' },
  ]);
  expect(text()).toContain('# fault delay: 20 ms\n# \\u001b[2J\n');
});

test('messages have their topics', () => {
  const { trace, recording } = tracing();
  const end = trace.watch()('mqtt://127.0.0.1');
  end.heard({ topic: 'cmnd/plug/POWER', payload: bytes('ON'), retained: false });
  end.said({ topic: 'stat/plug/POWER', payload: bytes('ON'), retained: true, qos: 1 });
  expect(recording().events.slice(1)).toMatchObject([
    { kind: 'sent', message: { topic: 'cmnd/plug/POWER', retained: false } },
    { kind: 'heard', message: { topic: 'stat/plug/POWER', retained: true, qos: 1 } },
  ]);
});

test('clients at once, and wires, are told apart', () => {
  const { trace, recording } = tracing();
  const watch = trace.watch('bench');
  const first = watch('a');
  const second = watch('b');
  first.ended(lost);
  second.heard(bytes('x'));
  second.ended(lost);
  trace.watch()('c').heard(bytes('y'));
  expect(recording().events.map(({ kind, device }) => [kind, device])).toEqual([
    ['wire', 'bench'],
    ['wire', 'bench-client-2'],
    ['wire', 'bench'],
    ['sent', 'bench-client-2'],
    ['wire', 'bench-client-2'],
    ['wire', undefined],
    ['sent', undefined],
  ]);
});

test('of a long one the beginning is printed, and how long it was', () => {
  const { trace, recording, text } = tracing();
  trace.watch()('a').said(new Uint8Array(1_000_000));
  const [, event] = recording().events;
  expect(event).toMatchObject({ kind: 'heard', cutFrom: 1_000_000 });
  trace.note('x'.repeat(10_000));
  expect(text().length).toBeLessThan(100_000);
});
