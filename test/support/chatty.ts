import { Type } from '@sinclair/typebox';
import {
  type AnyDriver,
  type Call,
  type Context,
  contractVersion,
  type JsonSchema,
  type Model,
} from '../../src/driver/index.ts';
import { createRig } from './rig.ts';

const anything: JsonSchema = Type.Unsafe<unknown>({});
/** Its schemas let everything through. */
export const chattyModel: Model = {
  name: 'chatty',
  summary: 'Says anything',
  commands: {
    ask: {
      summary: 'Ask',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 1000,
      params: Type.Object({}),
      result: anything,
    },
  },
  properties: { state: { summary: 'State', access: 'read', source: 'pushed', schema: anything } },
  events: { news: { summary: 'News', data: anything } },
};

/** Attached: `act` is what its one command does once that has left, and its answer. */
export async function chatty(act: (call: Call) => unknown, effect: 'read' | 'actuate' = 'read', schema = anything) {
  const its: { context?: Context } = {};
  const command = { ...chattyModel.commands['ask'], effect, result: schema } as Model['commands'][string]; // it has one
  const properties = { state: { ...chattyModel.properties['state'], schema } as Model['properties'][string] }; // it has one
  const model = { ...chattyModel, commands: { ask: command }, properties };
  const driver: AnyDriver = {
    contract: contractVersion,
    model,
    transports: ['none'],
    options: Type.Object({}),
    selfDescribing: true,
    async attach(_connection, _options, context) {
      its.context = context;
      const ask = async (_params: never, call: Call): Promise<unknown> => {
        await call.sending();
        call.confirm('acknowledged');
        return await act(call);
      };
      return { model: { ...model, summary: 'One of them' }, commands: { ask } };
    },
  };
  const rig = createRig(driver, {}, []);
  const device = rig.registry.add({
    id: 'chatty',
    driver: 'chatty',
    connection: undefined,
    options: {},
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  await rig.until(() => device.state === 'ready');
  const { context } = its;
  if (context === undefined) throw new Error('it did not attach');
  return { rig, device, context };
}
