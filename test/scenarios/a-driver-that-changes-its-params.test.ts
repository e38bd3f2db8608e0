import { expect, test } from 'vitest';
import { defineDriver, defineModel, Type } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

const closed = { additionalProperties: false };
const step = Type.Object({ volts: Type.Number() }, closed);

/** It makes what it is given into something else. */
const driver = defineDriver({
  model: defineModel({
    name: 'supply',
    summary: 'A supply for tests',
    commands: {
      ramp: {
        summary: 'Steps, one after the other',
        effect: 'idempotent',
        confirmation: 'sent',
        timeoutMs: 1000,
        params: Type.Object({ name: Type.String(), steps: Type.Array(step) }, closed),
        result: Type.Object({}, closed),
      },
    },
    properties: {},
    events: {},
  }),
  transports: ['serial'],
  options: Type.Object({}, closed),
  async attach() {
    await Promise.resolve();
    return {
      commands: {
        async ramp(params, call) {
          await call.wire.write(Buffer.from(JSON.stringify(params)));
          params.name = 'changed';
          for (const one of params.steps) one.volts = 0;
          params.steps.push({ volts: 9 });
          return {};
        },
      },
    };
  },
});

test('changes nothing of what is on record, nor of what whoever asked holds', async () => {
  const line = new MemoryLine((far) => far.onData(() => {}));
  const rig = createRig(driver, { line }, [{ id: 'psu', connection: 'line' }]);
  await rig.until(() => rig.device('psu').state === 'ready');
  const params = { name: 'slow', steps: [{ volts: 1 }, { volts: 2 }] };
  const record = await rig.settled(rig.submit('psu', 'ramp', params));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect(record.params).toEqual({ name: 'slow', steps: [{ volts: 1 }, { volts: 2 }] });
  expect(params).toEqual({ name: 'slow', steps: [{ volts: 1 }, { volts: 2 }] });
});
