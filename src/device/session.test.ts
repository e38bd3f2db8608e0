import { expect, test } from 'vitest';
import type { Call } from '../driver/contract.ts';
import { BellcrankError } from '../errors.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { End } from './end.ts';
import { handleOf } from './handle.ts';
import { invoke } from './invoke.ts';
import { LiveSession } from './session.ts';

const model = { name: 'm', summary: 'Model', commands: {}, properties: {}, events: {} };

function live(): LiveSession {
  const its = { connection: null, session: { commands: {}, detach: () => Promise.resolve() }, model };
  return new LiveSession({
    ...its,
    handle: handleOf(null, { failed: () => {}, cause: {} }),
    context: { ending: new End(), begin: () => {} },
  });
}

test('what is under way with a session ends with it although its connection stays, and what comes later at once', async () => {
  const session = live();
  const wait = ({ signal }: Call) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const call = { id: 'call', clock: new VirtualClock(), connection: null, deadline: 1000, abortGraceMs: 100 };
  const underWay = invoke({ ...call, groups: [session.calls], handler: wait });
  session.end(new BellcrankError('driver-fault', 'attached anew'));
  expect(await underWay).toMatchObject({ returned: false, left: false, error: { code: 'driver-fault' } });
  expect(await invoke({ ...call, groups: [session.calls], handler: wait })).toMatchObject({
    returned: false,
    error: { code: 'driver-fault' },
  });
});
