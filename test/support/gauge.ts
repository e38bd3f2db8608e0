import { defineDriver, defineModel, type Context, Type } from '../../src/driver/index.ts';
import { MemoryLine, createRig, type RigSettings } from './rig.ts';

const source = 'pushed';
const number = Type.Number({ unit: '°C', minimum: -100, maximum: 200 });

/** What tells values whenever a test says so. */
export const gaugeModel = defineModel({
  name: 'gauge',
  summary: 'A gauge for tests',
  commands: {},
  properties: {
    temperature: { summary: 'Temperature', access: 'read', source, schema: number },
    setpoint: { summary: 'Setpoint', access: 'read', source, schema: number },
    mode: { summary: 'Mode', access: 'read', source, schema: Type.String({ maxLength: 1000 }) },
  },
  events: {},
});

export class Gauge {
  context: Context | undefined;
  readonly line = new MemoryLine(() => {});

  /** As the device tells it; nobody hears it while it is away. */
  tell(value: unknown, property = 'temperature'): void {
    this.context?.report(property, value);
  }

  /** The device says that it cannot tell, from now on. */
  fail(why = 'the sensor is broken', property = 'temperature'): void {
    this.context?.lost(property, why);
  }

  readonly driver = defineDriver({
    model: gaugeModel,
    transports: ['serial'],
    options: Type.Object({}, { additionalProperties: false }),
    attach: (_connection, _options, context) => {
      this.context = context;
      const nothing = () => Promise.resolve();
      return Promise.resolve({ commands: {}, detach: nothing });
    },
  });
}

export const labels = { room: 'lab' };

/** One gauge, ready, with alarms. */
export async function gaugeRig(settings: RigSettings = {}) {
  const gauge = new Gauge();
  const rig = createRig(gauge.driver, { line: gauge.line }, [{ id: 'oven', connection: 'line', labels }], settings);
  await rig.until(() => rig.device('oven').state === 'ready');
  return { gauge, rig, changes: () => rig.alarmChanges.map(({ change }) => change) };
}
