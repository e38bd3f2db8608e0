import { expect, test } from 'vitest';
import { faultKinds } from '../../../simulators/wire/faults/kinds.ts';
import { faultsHelp, parseFault } from './fault.ts';

test.each([
  ['mute', { kind: 'mute' }],
  ['mute:', { kind: 'mute' }],
  ['delay:ms=50,jitterMs=20,probability=0.1', { kind: 'delay', ms: 50, jitterMs: 20, probability: 0.1 }],
  ['unplug:returnAfterMs=100,otherPath=true', { kind: 'unplug', returnAfterMs: 100, otherPath: true }],
  // What is a text stays one, whatever it looks like; commas want quotes.
  ['drop:match=\\d=1', { kind: 'drop', match: '\\d=1' }],
  ['drop:match=5', { kind: 'drop', match: '5' }],
  ['drop:match="a,\\"b",clearAfter=1', { kind: 'drop', match: 'a,"b', clearAfter: 1 }],
  ['nak:text="\\u0015"', { kind: 'nak', text: '\u0015' }],
  ['mute:when.state=temperature,when.above=40', { kind: 'mute', when: { state: 'temperature', above: 40 } }],
  ['mute:when.state=mode,when.is=hold', { kind: 'mute', when: { state: 'mode', is: 'hold' } }],
])('%s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['', 'must be KIND or KIND:NAME=VALUE,…; the kinds are delay, late, drop'],
  ['muet', 'there is no kind "muet"; did you mean "mute"?; the kinds are delay'],
  ['constructor', 'there is no kind "constructor"; the kinds are'],
  ['mute=1', 'must be KIND or KIND:NAME=VALUE'],
  ['delay', 'ms is required; delay takes direction, ms, jitterMs, and says when it acts by probability, skip'],
  ['delay:50', '"50" is no NAME=VALUE; delay takes direction, ms'],
  ['delay:ms=soon', 'ms must be number'],
  ['delay:ms=1,mss=2', 'mss is not a known key; remove it'],
  ['hang:clearAfter=1', 'by probability, skip, every, afterBytes, afterMs, match, clearAfterMs, when.state'],
  ['delay:ms=1,__proto__=2', '__proto__ is not a known key'],
  ['mute:when.state.is=2', 'when'],
  ['mute:probability=2', 'probability must be'],
  ['drop:match="a', 'begins as JSON does, and is none; close its quotes'],
  [`drop:match=${'x'.repeat(5000)}`, 'is longer than 4000 characters'],
])('%j is refused with what there is', (text, what) => {
  expect(() => parseFault(text)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  expect(() => parseFault(text)).toThrow(what);
});

test('the help tells every kind', () => {
  for (const [kind, { summary }] of Object.entries(faultKinds)) {
    expect(faultsHelp()).toMatch(new RegExp(`^ {2}${kind} +`, 'm'));
    expect(faultsHelp()).toContain(summary);
  }
});
