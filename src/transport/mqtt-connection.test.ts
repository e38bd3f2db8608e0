import { Duplex } from 'node:stream';
import { MqttClient } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { MqttConnection } from './mqtt-connection.ts';
import { ReadAhead } from './read-ahead.ts';

/** CONNACK of MQTT 3.1.1: accepted, no session (§3.2). */
const accepted = Buffer.from([0x20, 2, 0, 0]);

/** A client over a socket that takes nothing while it is told to. */
async function overSlowSocket() {
  let held: (() => void) | undefined;
  let isFull = false;
  const socket = new Duplex({
    read: () => {},
    write(_chunk, _encoding, taken) {
      if (isFull) held = taken;
      else taken();
    },
  });
  const client = new MqttClient(() => socket, { protocolVersion: 4, reconnectPeriod: 0 });
  socket.push(accepted);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  onTestFinished(() => void client.end(true));
  const options = {
    label: 'broker',
    clock: systemClock,
    answerMs: 1000,
    filtersPerSubscribe: 1,
    maxPayloadBytes: 100,
    ahead: new ReadAhead(systemClock),
  };
  return {
    connection: new MqttConnection(client, options),
    fill: () => (isFull = true),
    empty: () => {
      isFull = false;
      held?.();
    },
  };
}

test.each([0, 100])('a publish of %i bytes is over when the socket has taken it', async (size) => {
  const { connection, fill, empty } = await overSlowSocket();
  fill();
  let isOver = false;
  const publishing = connection.publish('lamp', new Uint8Array(size)).then(() => (isOver = true));
  for (let turn = 0; turn < 5; turn++) await systemClock.ioTurn();
  expect(isOver).toBe(false);
  empty();
  await publishing;
});

test('what the socket has not taken is lost with the connection', async () => {
  const { connection, fill } = await overSlowSocket();
  fill();
  const publishing = connection.publish('lamp', 'on').catch((error: unknown) => error);
  for (let turn = 0; turn < 5; turn++) await systemClock.ioTurn();
  await connection.close();
  expect(await publishing).toMatchObject({ code: 'connection-lost' });
});
