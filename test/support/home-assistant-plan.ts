import { readAnnouncement } from '../../drivers/home-assistant/announced/announcement.ts';
import { DeviceRecord } from '../../drivers/home-assistant/announced/record.ts';
import { Shapes } from '../../drivers/home-assistant/announced/shape.ts';
import { Heard } from '../../drivers/home-assistant/components/heard.ts';
import type { Sending, Told } from '../../drivers/home-assistant/components/parts.ts';
import { type Plan, planOf } from '../../drivers/home-assistant/plan/plan.ts';
import { Templates } from '../../drivers/home-assistant/template/index.ts';
import { validate } from '../../src/driver/index.ts';

export interface Described {
  readonly [key: string]: unknown;
  readonly platform: string;
}

/** The plan of a device with these components, each announced on a topic of its own. */
export function planFor(...components: readonly Described[]): Plan {
  const record = new DeviceRecord('d');
  components.forEach(({ platform, ...fields }, at) => {
    const topic = { component: platform, objectId: `o${at}` };
    const payload = Buffer.from(JSON.stringify({ dev: { ids: ['d'] }, ...fields }));
    if (typeof readAnnouncement(topic, payload) === 'string') throw new Error('it is no announcement');
    const said = new Shapes().of(payload.toString('latin1'), []);
    const { component, objectId } = topic;
    record.put({ topic: `ha/${component}/${objectId}/config`, said, aliases: ['d'], migrating: false });
  });
  return planOf(record.read('ha'), new Templates(), { replyTimeoutMs: 3000, refusal: () => undefined });
}

/** What writing a property, or with `()` running a command, publishes; its schema must take the value. */
export function sent(plan: Plan, act: string, value: unknown): { sending: Sending; confirmation: string } {
  if (act.endsWith('()')) {
    const name = act.slice(0, -2);
    const part = plan.commands.get(name)?.part;
    const params = value ?? {};
    if (part === undefined) throw new Error(`there is no ${name} in ${[...plan.commands.keys()].join()}`);
    refuse(validate(part.params, params));
    return { sending: part.send(params as Readonly<Record<string, unknown>>), confirmation: part.confirmation };
  }
  const part = plan.properties.get(act)?.part;
  if (part?.write === undefined) throw new Error(`there is no ${act} in ${[...plan.properties.keys()].join()}`);
  refuse(validate(part.write.schema ?? part.schema, value));
  return { sending: part.write.send(value), confirmation: part.write.confirmation };
}

function refuse(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

/** Whether a state shows what was asked for; undefined if there is no state. */
export function shows({ shown }: Sending, payload: string | undefined): boolean | undefined {
  return payload === undefined ? undefined : shown?.by(new Heard(payload));
}

/** What a payload tells of a property, or an event. */
export function read(plan: Plan, name: string, payload: string): (Told & { readonly value?: unknown }) | undefined {
  const heard = new Heard(payload);
  const event = plan.events.get(name)?.part;
  // An event's data, for tests that expect just that.
  if (event !== undefined) return event.tell(heard) as never;
  return plan.properties.get(name)?.part.source?.tell(heard);
}

/** A model is plain data, and its schemas are schemas. */
export function assertPlain({ model }: Plan): void {
  const text = JSON.stringify(model);
  if (JSON.stringify(JSON.parse(text)) !== text) throw new Error('a model is plain data');
  for (const { schema } of Object.values(model.properties)) validate(schema, 0);
  for (const { params } of Object.values(model.commands)) validate(params, {});
}
