import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import template from '../../drivers/template/driver.ts';
import { Ramp } from '../../simulators/behaviour/index.ts';
import { conformance, type SimulatorKind } from '../../src/testing/index.ts';

/** The heater of the template, which warms up for as long as it takes: no reading after a command equals the one before. */
const heater: SimulatorKind = {
  model: 'template',
  options: Type.Object({}, { additionalProperties: false }),
  create({ clock }) {
    const celsius = new Ramp(clock, { value: 25, ratePerSecond: 1 });
    const answerTo = (line: string): string => {
      if (line === 'ID?') return 'HEATER 1.0';
      if (line === 'TEMP?') return `TEMP ${celsius.value.toFixed(1)}`;
      const target = line === 'OFF' ? '25' : /^SET (\d+\.\d)$/.exec(line)?.[1];
      if (target === undefined) return 'ERR 1';
      celsius.to(Number(target));
      return 'OK';
    };
    return {
      wire: {
        shape: 'bytes',
        serve(far) {
          let input = '';
          far.onData((chunk) => {
            const lines = (input + Buffer.from(chunk).toString('latin1')).split('\n');
            input = lines.pop() ?? '';
            for (const line of lines) far.write(Buffer.from(`${answerTo(line)}\n`)).catch(() => {});
          });
        },
      },
      close() {},
    };
  },
};

const suite = conformance(template, heater, { places: 6 });

test('what a command sets in motion may tell another value each time', () => {
  expect(suite.map(({ name }) => name)).toContain('a late answer is not taken for another’s');
});

test.each(suite)('a driver of a device that moves passes: $name', ({ run }) => run());
