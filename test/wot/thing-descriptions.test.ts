import { describe, expect, test } from 'vitest';
import { simulators } from '../../simulators/index.ts';
import { createLab } from '../../src/testing/index.ts';
import { samplesOf } from '../conformance/kit-samples.ts';
import { needs } from '../support/needs.ts';
import { peer } from '../support/peers.ts';
import { draft07, thingSchema } from '../support/thing-schema.ts';

interface Affordance {
  readonly title: string;
  readonly forms: readonly { readonly op: readonly string[]; readonly href: string }[];
}
type Named = Readonly<Record<string, object>>;
interface DeviceView {
  readonly properties: Named;
  readonly commands: Named;
  readonly events: Named;
}
interface ThingDescription {
  readonly '@context': readonly unknown[];
  readonly 'bellcrank:simulated': boolean;
  readonly base: string;
  readonly properties: Readonly<Record<string, Affordance>>;
  readonly actions: Readonly<Record<string, Affordance & { input?: object; output?: object }>>;
  readonly events: Readonly<Record<string, Affordance & { data: object }>>;
}

async function labWith(model: string) {
  const { options, simulate } = samplesOf[model] ?? {};
  const its = { ...(options !== undefined && { options }), ...(simulate !== undefined && { simulate }) };
  return await createLab({ devices: { it: { model, ...its } } });
}

describe.skipIf(!needs('peers', 'Thing Descriptions'))('Thing Descriptions of every model', () => {
  const isThing = needs('peers', 'Thing Descriptions') ? thingSchema() : undefined;

  test.each(simulators)('$model', async ({ model }) => {
    await using lab = await labWith(model);
    const answer = await lab.http.inject('/v1/devices/it/td');
    expect(answer.headers['content-type']).toBe('application/td+json; charset=utf-8');
    const td = answer.json<ThingDescription>();
    isThing?.(td);
    expect(isThing?.errors ?? []).toEqual([]);
    expect(td['@context'].slice(0, 2)).toEqual([
      'https://www.w3.org/2019/wot/td/v1',
      'https://www.w3.org/2022/wot/td/v1.1',
    ]);
    expect(td['bellcrank:simulated']).toBe(true);
    const { properties, commands, events } = (await lab.http.inject('/v1/devices/it')).json<DeviceView>();
    expect(Object.keys(td.properties)).toEqual(Object.keys(properties));
    expect(Object.keys(td.actions)).toEqual(Object.keys(commands));
    expect(Object.keys(td.events)).toEqual(Object.keys(events));
    expect(Object.keys({ ...properties, ...commands }).length).toBeGreaterThan(0);
    const { parseTD } = peer('@node-wot/core') as { parseTD(td: string): ThingDescription }; // as its declarations say
    const parsed = parseTD(answer.body);
    for (const { forms } of Object.values({ ...parsed.properties, ...parsed.actions, ...parsed.events })) {
      for (const { href } of forms) expect(URL.parse(href)?.pathname).toMatch(/^\/v1\/devices\/it\/wot\//);
    }
    const ajv = draft07();
    const schemas = [
      ...Object.values(td.properties),
      ...Object.values(td.actions).flatMap(({ input = {}, output = {} }) => [input, output]),
      ...Object.values(td.events).map(({ data }) => data),
    ];
    for (const schema of schemas) expect(ajv.compile(schema)).toBeTypeOf('function');
    const values = (await lab.http.inject('/v1/devices/it/wot/properties')).json<Record<string, unknown>>();
    for (const [name, value] of Object.entries(values)) {
      const fits = ajv.compile(td.properties[name] ?? { not: {} });
      expect(fits(value), `${name} ${JSON.stringify(value)}`).toBe(true);
    }
  });
});
