import { expect, test } from 'vitest';
import { Told } from './told.ts';

const deep = JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`) as unknown;

test.each([deep, { toString: 1, valueOf: 1 }, null, 7, ['sensor']])(
  'what a broker kept that is no platform is no component, whatever it is',
  (p) => {
    const told = new Told('bellcrank');
    const cmps = {
      odd: { p, state_topic: 'bellcrank/psu/odd' },
      one: { p: 'sensor', state_topic: 'bellcrank/psu/one' },
    };
    told.recall('psu', `{"cmps":${textOf(cmps)}}`);
    expect(told.forget('psu')).toEqual(['bellcrank/psu/one']);
  },
);

/** What is nested deep is no text that the library would write. */
function textOf(cmps: { readonly odd: { readonly p: unknown } }): string {
  const { p } = cmps.odd;
  const placed = JSON.stringify({ ...cmps, odd: { ...cmps.odd, p: '@' } });
  return placed.replace('"@"', p === deep ? `${'['.repeat(9000)}${']'.repeat(9000)}` : JSON.stringify(p));
}
