import { Type } from '@sinclair/typebox';
import { expect, onTestFinished, test } from 'vitest';
import { runSimulator } from '../../../simulators/wire/run.ts';
import type { SimulatedPart } from '../../../simulators/state.ts';
import { VirtualClock } from '../../testing/index.ts';
import { perform } from './console.ts';
import type { Running } from './running.ts';

/** An oven of one or more parts, of which somebody looks at the temperature and opens the door. */
async function oven(name: string, parts = ['main']): Promise<Running & { doors: string[] }> {
  const doors: string[] = [];
  const simulated = parts.map((part): SimulatedPart => {
    let temperature = 20;
    const settable = { get: () => temperature, set: (value: never) => void (temperature = value) };
    return {
      name: part,
      state: {
        temperature: { schema: Type.Number({ unit: '°C', maximum: 300 }), ...settable },
        hot: { schema: Type.Boolean(), get: () => temperature > 50 },
      },
      buttons: { door: () => void doors.push(part) },
    };
  });
  const wire = { shape: 'bytes', serve: () => {} } as const;
  const kind = { model: 'oven', options: {}, create: () => ({ wire, parts: simulated, close: () => {} }) };
  const settings = { via: 'memory', seed: 7, options: {}, clock: new VirtualClock() } as const;
  const { control, close } = await runSimulator(kind, settings);
  onTestFinished(close);
  return { name, place: 'in memory', controls: [control], close, doors };
}

test('one device: its state, its buttons, its time', async () => {
  const running = [await oven('oven')];
  expect(await perform('', running)).toBe('');
  expect(await perform('state', running)).toBe('temperature = 20 °C\nhot = false (follows)');
  expect(await perform('set temperature=60', running)).toBe('temperature = 60 °C\nhot = true (follows)');
  expect(await perform('set temperature=900', running)).toContain('/temperature must be <= 300');
  expect(await perform('set hot=true', running)).toContain('hot');
  expect(await perform('set temperature', running)).toContain('is no NAME=VALUE');
  expect(await perform('set temprature=60', running)).toBe(
    'there is no "temprature" to set; did you mean "temperature"?',
  );
  expect(await perform('state nothing', running)).toContain('main');
  expect(await perform('press', running)).toContain('door');
  expect(await perform('press door', running)).toBe('pressed door');
  expect(running[0]?.doors).toEqual(['main']);
  expect(await perform('press bell', running)).toContain('door');
  expect(await perform('speed 10', running)).toBe('running, speed 10');
  expect(await perform('pause', running)).toBe('paused, speed 10');
  for (const wrong of ['speed fast', 'speed', 'speed 0', 'speed 2000', 'speed 0x10']) {
    expect(await perform(wrong, running)).toBe(
      'the speed must be a number from 0.001 to 1000, where 1 is real time, as in "speed 10"',
    );
  }
  expect(await perform('resume', running)).toBe('running, speed 10');
});

test('faults are set as on the command line, and cleared', async () => {
  const running = [await oven('oven')];
  expect(await perform('faults', running)).toBe('no faults');
  expect(await perform('fault mute delay:ms=5,match="a b"', running)).toContain(
    'mute: acted 0 times\ndelay {"ms":5,"match":"a b"}: acted 0 times\nseed 7',
  );
  expect(await perform('fault muet', running)).toContain('did you mean "mute"?');
  expect(await perform('faults', running)).toContain('mute');
  expect(await perform('clear', running)).toBe('no faults');
});

test('several devices: each line says which', async () => {
  const running = [await oven('left'), await oven('right', ['unit-1', 'unit-2'])];
  expect(await perform('state', running)).toBe('say which: left, right (as in "left state")');
  expect(await perform('left state', running)).toContain('temperature = 20');
  expect(await perform('right set temperature=60', running)).toContain('say of which part, as in unit-1/NAME=VALUE');
  expect(await perform('right set unit-2/temperature=60', running)).toContain('unit-2/temperature = 60');
  expect(await perform('right state unit-1', running)).toContain('temperature = 20');
  expect(await perform('help', running)).toContain('left, right');
});

test('what it does not know changes nothing, and only quit ends it', async () => {
  const running = [await oven('oven')];
  expect(await perform('constructor', running)).toContain('there is no command "constructor"; "help" lists them');
  expect(await perform('quit', running)).toEqual({ quit: true });
  expect(await perform('exit', running)).toEqual({ quit: true });
});
