import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test.each(['/v1/devices/toy/stop', '/v1/stop'])(
  'DELETE %s with a query is refused, and releases nothing',
  async (url) => {
    const toy = new ToyDevice();
    const line = new MemoryLine((far) => toy.serve(far));
    const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
    const http = await httpOver(rig);
    const ask = (method: 'POST' | 'DELETE', query: string) =>
      rig.settled(http.inject({ method, url: `${url}${query}` }));
    await rig.until(() => rig.device('toy').state === 'ready');
    // Nothing about a stop can be wrong.
    expect((await ask('POST', '?dryRun=true')).statusCode).toBe(200);
    expect(toy.executed).toEqual(['STOP']);
    const refused = await ask('DELETE', '?dryRun=true');
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([400, 'invalid-request']);
    expect(rig.device('toy').latched).toBe(true);
    expect((await ask('DELETE', '')).statusCode).toBe(204);
    expect(rig.device('toy').latched).toBe(false);
  },
);
