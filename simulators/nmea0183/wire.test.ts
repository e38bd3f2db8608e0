import { expect, onTestFinished, test } from 'vitest';
import { settle, VirtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryBytes } from '../../src/transport/memory.ts';
import { nmea0183Simulator } from './index.ts';
import { burst, garbled } from './sentences.ts';

/** A receiver with a listener at the other end of its cable. */
async function receiver(options: object = {}, seed = 3) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const simulator = nmea0183Simulator.create({ clock, seed, options });
  onTestFinished(() => simulator.close());
  let heard = '';
  const open = async () => {
    const { near, far } = memoryBytes();
    near.onData((chunk) => (heard += Buffer.from(chunk).toString('latin1')));
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
    await settle();
    return near;
  };
  const near = await open();
  const take = (): string => {
    const text = heard;
    heard = '';
    return text;
  };
  return { clock, simulator, near, open, take };
}

test('it is in the middle of a sentence when the port is opened, and each time elsewhere', async () => {
  const { take, open } = await receiver();
  const first = take();
  expect(first).not.toMatch(/^\$/);
  expect(first).toMatch(/\r\n\$GPVTG/);
  await open();
  expect(take().indexOf('\r')).not.toBe(first.indexOf('\r'));
});

test('word for word, with a fix and without', async () => {
  const { clock, simulator, take } = await receiver({
    speed: 10,
    course: 90,
    noise: 0,
    latitude: 48.1173,
    longitude: -11.5,
  });
  take();
  simulator.behaviour.speed = 0;
  await clock.advance(1000);
  const lines = take().split('\r\n');
  expect(lines[0]).toBe('$GPRMC,000001.00,A,4807.03800,N,01130.00000,W,0.000,90.00,010126,,,A*43');
  expect(lines.filter((line) => line.includes('GSV'))).toHaveLength(3);
  simulator.behaviour.loseFix();
  await clock.advance(1000);
  expect(take().split('\r\n').slice(0, 4)).toEqual([
    '$GPRMC,000002.00,V,,,,,,,010126,,,N*7B',
    // The others as a u-blox NEO-6M sends them, but for the time.
    '$GPVTG,,,,,,,,,N*30',
    '$GPGGA,000002.00,,,,,0,00,99.99,,,,,,*64',
    '$GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99*30',
  ]);
});

test('before its first fix it has no time: as a NEO-6M at power-up', async () => {
  const { clock, take } = await receiver({ startAfterMs: 60_000 });
  take();
  await clock.advance(1000);
  expect(take()).toContain('$GPRMC,,V,,,,,,,,,,N*53\r\n$GPVTG,,,,,,,,,N*30\r\n$GPGGA,,,,,,0,00,99.99,,,,,,*48\r\n');
});

test('minutes never round up to 60', () => {
  const fixed = { latitude: 47.999999999, longitude: -7.999999999, altitude: 0, speed: 0, course: 0, hdop: 1, pdop: 1 };
  const [rmc] = burst('GP', { time: 0, fixed, satellites: 4 });
  expect(rmc).toContain('4800.00000,N,00800.00000,W');
});

test('a garbled sentence has the checksum of another', () => {
  expect(garbled('$GPGSV,1,1,00*79\r\n')).toBe('$GPGSV,1,1,01*79\r\n');
});

test('the seed fixes everything, and another seed does not', async () => {
  const runs = await Promise.all([receiver({}, 1), receiver({}, 1), receiver({}, 2)]);
  const texts = [];
  for (const { clock, take } of runs) {
    await clock.advance(3000);
    texts.push(take());
  }
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).not.toBe(texts[2]);
});

test('it goes on talking after a listener has gone, and leaves no timer behind', async () => {
  const { clock, simulator, near, open, take } = await receiver();
  await near.close();
  await clock.advance(5000);
  await open();
  take();
  await clock.advance(1000);
  expect(take()).toContain('GPRMC,000006.00');
  simulator.close();
  expect(clock.pendingTimers).toBe(0);
});

test('options that make no sense are refused', () => {
  const create = (options: object) => () => nmea0183Simulator.create({ clock: new VirtualClock(), seed: 1, options });
  for (const options of [{ talker: 'PX' }, { talker: 'G' }, { satellites: 3 }, { rateHz: 0 }, { what: 1 }]) {
    expect(create(options)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  }
});
