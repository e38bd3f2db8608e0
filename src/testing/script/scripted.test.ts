import { expect, test } from 'vitest';
import { scriptedBroker } from './scripted-broker.ts';
import { scriptedWire } from './scripted-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function opened() {
  const clock = new VirtualClock();
  const wire = scriptedWire(clock);
  const heard: string[] = [];
  const { connection } = wire;
  connection.onData((chunk) => void heard.push(Buffer.from(chunk).toString('latin1')));
  return { clock, wire, heard, connection };
}

test('what is expected is answered, in order, whatever its chunks', async () => {
  const { clock, wire, heard, connection } = opened();
  wire.expect('*IDN?\n').reply('ACME\n');
  wire.expect(/VOLT \d+\n/).reply('OK\n', { afterMs: 20 });
  wire.expect(Uint8Array.of(0xff)).silence();
  await connection.write(bytes('*ID'));
  await connection.write(bytes('N?\nVOLT 12\n'));
  await clock.advance(19);
  expect(heard).toEqual(['ACME\n']);
  await clock.advance(1);
  expect(heard).toEqual(['ACME\n', 'OK\n']);
  await connection.write(Uint8Array.of(0xff));
  await clock.advance(1000);
  expect(heard).toHaveLength(2);
  wire.done();
});

test('what comes at any time is answered as often, and what is expected next goes first', async () => {
  const { clock, wire, heard, connection } = opened();
  wire.whenever('TEMP?\n').reply('20\n');
  await connection.write(bytes('TEMP?\n'));
  wire.expect('TEMP?\n').reply('99\n');
  await connection.write(bytes('TEMP?\n'));
  await connection.write(bytes('TEMP?\n'));
  await clock.advance(0);
  expect(heard).toEqual(['20\n', '99\n', '20\n']);
  wire.done();
});

test('something else than what was expected is told with both, control characters escaped', async () => {
  const { clock, wire, connection } = opened();
  wire.expect('A\r\n').reply('1\n');
  wire.expect('VOLT 4\n');
  await connection.write(bytes('A\r\n'));
  await connection.write(bytes('VOLT 5\n'));
  await clock.advance(0);
  expect(() => wire.done()).toThrow(
    [
      'what was sent is not what was expected:',
      '    "A\\r\\n"',
      '  ✗ "VOLT 5\\n"   expected was "VOLT 4\\n"',
      '  ✗ "VOLT 4\\n"   was expected and never came',
    ].join('\n'),
  );
});

test('leaving the scope fails, too', async () => {
  const scope = async (): Promise<void> => {
    await using wire = scriptedWire(new VirtualClock());
    wire.expect('never');
  };
  await expect(scope()).rejects.toThrow('"never"   was expected and never came');
});

test('what follows a whole match and was never expected is told', async () => {
  const { clock, wire, connection } = opened();
  wire.expect('A\n');
  await connection.write(bytes('A\nB'));
  await clock.advance(0);
  expect(() => wire.done()).toThrow('"B"   nothing was expected');
});

test('a script can cut the wire', async () => {
  const { wire, connection } = opened();
  wire.expect('A').reply('half of an ans').cut();
  await connection.write(bytes('A'));
  expect(await connection.closed).toMatchObject({ lost: true });
  wire.done();
});

test('published messages are expected and answered', async () => {
  const clock = new VirtualClock();
  const broker = scriptedBroker(clock);
  const heard: string[] = [];
  await broker.connection.subscribe('stat/#', ({ topic, payload }) => {
    heard.push(`${topic} ${Buffer.from(payload).toString()}`);
  });
  broker.expectPublish('cmnd/plug/POWER', 'ON').publish('stat/plug/POWER', 'ON');
  broker.expectPublish('cmnd/plug/DIMMER', (payload) => Number(payload) > 50);
  await broker.connection.publish('cmnd/plug/POWER', 'ON');
  await clock.advance(0);
  expect(heard).toEqual(['stat/plug/POWER ON']);
  await broker.connection.publish('cmnd/plug/DIMMER', '40');
  await clock.advance(0);
  expect(() => broker.done()).toThrow('✗ cmnd/plug/DIMMER "40"   expected was cmnd/plug/DIMMER');
});
