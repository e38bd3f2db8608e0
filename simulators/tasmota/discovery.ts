import { type Documents, version } from './documents.ts';
import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';

/** What a relay is for: nothing, itself, a light, one of the two of a shutter. */
function relayKinds({ shutters, switchable, lightRelay }: TasmotaBehaviour, { fan }: TasmotaOptions): number[] {
  const kinds: number[] = Array.from({ length: 32 }, (_, index) => (index < 2 * shutters.length ? 3 : 0));
  for (const relay of switchable) kinds[relay - 1] = relay === lightRelay || (fan && relay === 1) ? 2 : 1;
  return kinds;
}

/** `tasmota/discovery/<MAC>/config` with SetOption19 0, as Tasmota 14 sends it. */
export function discoveryConfig(device: TasmotaBehaviour, options: TasmotaOptions, { mac }: Documents): unknown {
  const { topic, fullTopic, name, stateText, light, fan, answersByCommand } = options;
  return {
    ip: '192.0.2.1',
    dn: name,
    fn: [name, ...Array.from({ length: 7 }, () => null)],
    hn: `${topic}-simulated`,
    mac,
    md: 'Simulated',
    ty: 0,
    if: Number(fan),
    ofln: 'Offline',
    onln: 'Online',
    state: [stateText.off, stateText.on, 'TOGGLE', 'HOLD'],
    sw: version,
    t: topic,
    ft: fullTopic,
    tp: ['cmnd', 'stat', 'tele'],
    rl: relayKinds(device, options),
    swc: Array.from({ length: 8 }, () => -1),
    swn: Array.from({ length: 8 }, () => null),
    btn: Array.from({ length: 8 }, () => 0),
    so: { 4: Number(answersByCommand), 11: 0, 13: 0, 17: 0, 20: 0, 30: 0, 68: 0, 73: 0, 82: 0, 114: 0, 117: 0 },
    lk: Number(light !== 'none'),
    lt_st: device.light.subtype,
    bat: 0,
    dslp: 0,
    sho: device.shutters.map(() => 0),
    sht: device.shutters.map(() => [0, 0, 0]),
    ver: 1,
  };
}
