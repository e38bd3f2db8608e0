import { esphomeOptions, modelOf } from '../../drivers/esphome/model.ts';
import type { Clock } from '../../src/clock.ts';
import {
  type AnyDriver,
  type AnySession,
  type Call,
  type Confirmation,
  contractVersion,
} from '../../src/driver/index.ts';
import { board, catalogue } from './catalogue.ts';
import { obey } from './commands.ts';
import { FaceOne } from './face.ts';
import type { EsphomeBehaviour } from './model.ts';
import type { EsphomeSettings } from './options.ts';

type Act = (input: never, call: Call<null>) => Promise<unknown>;

const onOff = (on: unknown): string => (on === true ? 'ON' : 'OFF');
const light = (field: string) => (value: unknown) => JSON.stringify({ state: 'ON', [field]: value });

/** Kind, further topic and payload of each write. */
const writes: Readonly<Record<string, readonly [string, string, (value: unknown) => string]>> = {
  relay: ['switch', '', onOff],
  lamp: ['light', '', (on) => JSON.stringify({ state: onOff(on) })],
  'lamp-brightness': ['light', '', light('brightness')],
  'lamp-color': ['light', '', light('color')],
  'lamp-color-temperature': ['light', '', light('color_temp')],
  'lamp-effect': ['light', '', light('effect')],
  setpoint: ['number', '', String],
  mode: ['select', '', String],
  label: ['text', '', String],
  'blind-position': ['cover', 'position', String],
  'blind-tilt': ['cover', 'tilt', String],
  ceiling: ['fan', '', onOff],
  'ceiling-speed': ['fan', 'speed_level', String],
  'ceiling-oscillating': ['fan', 'oscillation', (on) => (on === true ? 'oscillate_on' : 'oscillate_off')],
  'ceiling-direction': ['fan', 'direction', String],
  'hvac-mode': ['climate', 'mode', String],
  'hvac-target-temperature': ['climate', 'target_temperature', String],
};

const commands: Readonly<Record<string, readonly [string, string]>> = {
  'toggle-relay': ['switch', 'TOGGLE'],
  'toggle-lamp': ['light', '{"state":"TOGGLE"}'],
  'toggle-ceiling': ['fan', 'TOGGLE'],
  'press-restart': ['button', 'PRESS'],
  'lock-front': ['lock', 'LOCK'],
  'unlock-front': ['lock', 'UNLOCK'],
  'open-blind': ['cover', 'OPEN'],
  'close-blind': ['cover', 'CLOSE'],
  'stop-moving-blind': ['cover', 'STOP'],
  'open-water': ['valve', 'OPEN'],
  'close-water': ['valve', 'CLOSE'],
  'stop-moving-water': ['valve', 'STOP'],
};

/** What `set-lamp` asks for. */
function lampPayload(params: object): string {
  const { on, ...rest }: Record<string, unknown> = { ...params };
  const { 'color-temperature': temperature, ...others } = rest;
  return JSON.stringify({
    ...others,
    ...(on !== undefined && { state: onOff(on) }),
    ...(temperature !== undefined && { color_temp: temperature }),
  });
}

/** Face 1: the Driver contract straight on the behaviour, with the same model and no wire between. */
export function simulatedDriver(device: EsphomeBehaviour, settings: EsphomeSettings, clock: Clock): AnyDriver {
  const components = catalogue.filter(({ type }) => settings.components.includes(type));
  const model = modelOf(settings.announces || settings.discovers ? board : 'device', components, undefined);
  return {
    contract: contractVersion,
    model,
    transports: ['none'],
    options: esphomeOptions,
    async attach(_connection, given, context): Promise<AnySession> {
      // Validated against the schema of the driver's options.
      const { replyTimeoutMs = 2000 } = given as { replyTimeoutMs?: number };
      const face = new FaceOne({ device, clock, context, components: settings.components, replyTimeoutMs });
      const stopListening = face.begin();
      context.signal.addEventListener('abort', stopListening, { once: true });
      const level = (name: string): Confirmation => model.commands[name]?.confirmation ?? 'sent';
      const act = (name: string, [type, payload]: readonly [string, string]): Act => {
        return (_params, call) => face.act(call, level(name), () => obey(device, type, '', payload));
      };
      const write = (name: string, [type, sub, payload]: (typeof writes)[string]): Act => {
        const spec = model.properties[name];
        const confirmation = spec?.access === 'read-write' ? spec.write.confirmation : 'sent';
        return async (value, call) =>
          void (await face.act(call, confirmation, () => obey(device, type, sub, payload(value))));
      };
      return {
        model,
        commands: {
          ...Object.fromEntries(Object.entries(commands).map(([name, how]) => [name, act(name, how)])),
          'set-lamp': (params: object, call: Call<null>) =>
            face.act(call, 'confirmed', () => obey(device, 'light', '', lampPayload(params))),
        },
        write: Object.fromEntries(Object.entries(writes).map(([name, how]) => [name, write(name, how)])),
        resync: async () => {},
        detach: async () => stopListening(),
      };
    },
  };
}
