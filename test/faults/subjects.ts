import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import type { AnyDriver, PropertySpec } from '../../src/driver/index.ts';
import { samplesOf } from '../support/definition-samples.ts';
import type { Dialect } from '../support/mqtt/dialect.ts';
import { esphomeNumber, esphomeSwitch } from '../support/mqtt/esphome.ts';
import { homeAssistantDialects } from '../support/mqtt/home-assistant.ts';
import { homie4, homie5 } from '../support/mqtt/homie.ts';
import { mqttRpc } from '../support/mqtt/mqtt-rpc.ts';
import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';
import { sparkplugDevice } from '../support/mqtt/sparkplug-b.ts';
import { tasmota } from '../support/mqtt/tasmota.ts';
import { topicMapLamp, topicMapRelays } from '../support/mqtt/topic-map.ts';
import { zigbee2mqtt } from '../support/mqtt/zigbee2mqtt.ts';
import type { Subject } from './subject.ts';

const dialects: readonly Dialect[] = [
  esphomeNumber,
  esphomeSwitch,
  ...homeAssistantDialects,
  homie4,
  homie5,
  mqttRpc('field'),
  shellyGen2,
  sparkplugDevice,
  tasmota,
  topicMapLamp,
  topicMapRelays,
  zigbee2mqtt,
];

/** Those on a broker: what the simulated device has is asked of itself. */
const onBrokers = dialects.map((dialect): Subject => {
  const { simulator, driver: options } = dialect.device('unit');
  const { command, param = 'value', values } = dialect.set;
  return {
    name: dialect.name,
    driver: dialect.driver,
    kind: dialect.kind,
    shape: 'messages',
    // Valid by the schemas of the dialect's own suite.
    options: options as Record<string, unknown>,
    simulate: simulator as Record<string, unknown>,
    command,
    values,
    params: (value) => ({ [param]: value }),
    readback: async (_, simulated) => dialect.steer(simulated).value(),
  };
});

const commands: Readonly<
  Record<string, Pick<Subject, 'command' | 'values' | 'params' | 'readback' | 'options' | 'simulate'>>
> = {
  grbl: {
    command: 'spindle-on',
    values: [1000, 2000],
    params: (rpm) => ({ rpm }),
  },
  'lcus-1': { command: 'relay', values: [true, false], params: (on) => ({ on }) },
  'mettler-toledo-sics': { command: 'tare', values: [0, 1], params: () => ({}) },
  'rigol-dp832': {
    command: 'write:voltage-setpoint-1',
    values: [5, 1],
    params: (value) => ({ value }),
    readback: (device) => device.read('voltage-setpoint-1'),
  },
  'sartorius-sbi': { command: 'tare', values: [0, 1], params: () => ({}) },
};

/** What every device with a property that can be written and read says of itself. */
function ofProperty({ model }: AnyDriver): Pick<Subject, 'command' | 'values' | 'params' | 'readback'> | undefined {
  for (const [name, spec] of Object.entries<PropertySpec>(model.properties)) {
    if (spec.access !== 'read-write') continue;
    const [first, ...others] = samplesOf(spec.write.schema ?? spec.schema);
    const second = others.find((value) => value !== first);
    if (first === undefined || second === undefined) continue;
    const readback: Subject['readback'] = (device) => device.read(name);
    return { command: `write:${name}`, values: [second, first], params: (value) => ({ value }), readback };
  }
  return undefined;
}

const onLines = simulators.flatMap((kind): Subject[] => {
  const driver = drivers.find(({ model }) => model.name === kind.model);
  if (driver === undefined || driver.transports.every((transport) => transport === 'mqtt')) return [];
  const set = commands[kind.model] ?? ofProperty(driver);
  return set === undefined ? [] : [{ name: kind.model, driver, kind, shape: 'bytes', ...set }];
});

/** Every driver that comes with Bellcrank and can set something. */
export const subjects: readonly Subject[] = [...onLines, ...onBrokers];
