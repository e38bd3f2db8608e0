import { expect, test } from 'vitest';
import type { Model } from '../driver/spec.ts';
import { slotsOf } from './slot.ts';

const number = { type: 'number' };

/** What there is of a command with these parameters. */
function slotOf(params: object) {
  const spec = { summary: 'Move', effect: 'actuate', confirmation: 'sent', timeoutMs: 1000, params, result: {} };
  // Of a model, all that slots are made of.
  const model = { name: 'mill', properties: {}, commands: { move: spec }, events: {} } as unknown as Model;
  return slotsOf(model).map(({ param }) => param ?? 'nothing');
}

const axes = { x: number, y: number, feed: number };
const anAxis = { anyOf: [{ required: ['x'] }, { required: ['y'] }] };

test.each([
  ['one of several', { properties: axes, ...anAxis }, []],
  ['one of several, and another one', { properties: axes, required: ['feed'], ...anAxis }, []],
  ['some of them', { properties: axes, minProperties: 1 }, []],
  ['two', { properties: axes, required: ['x', 'y'] }, []],
  ['two, each said by itself', { properties: axes, allOf: [{ required: ['x'] }, { required: ['y'] }] }, []],
  ['one', { properties: axes, required: ['x'] }, ['x']],
  ['one of one', { properties: { x: number }, minProperties: 1 }, ['x']],
  ['one of those that are there', { properties: { x: number }, ...anAxis }, ['x']],
  ['nothing', { properties: axes }, ['nothing']],
  ['nothing, or one of several', { properties: axes, anyOf: [{}, { required: ['x'] }] }, ['nothing']],
])('a command that needs %s', (_name, params, expected) => {
  expect(slotOf({ type: 'object', ...params })).toEqual(expected);
});
