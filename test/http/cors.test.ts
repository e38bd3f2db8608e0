import { describe, expect, test } from 'vitest';
import { served } from '../support/served.ts';

const panel = 'https://panel.example';
const yaml = `server: { port: 0, cors: { origins: ['${panel}', 'http://localhost:5173'] } }`;
const preflight = (origin: string) => ({
  method: 'OPTIONS' as const,
  url: '/v1/devices/toy/commands/set',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  },
});

describe('pages of other origins', () => {
  test('are told nothing unless they are configured', async () => {
    for (const [text, origin] of [
      ['server: { port: 0 }', panel],
      [yaml, 'https://panel.example.evil'],
      [yaml, 'http://panel.example'],
      [yaml, 'https://panel.example:444'],
      [yaml, 'null'],
    ] as const) {
      const { app } = await served(text);
      const get = await app.http.inject({ url: '/v1/devices', headers: { origin } });
      expect(get.statusCode).toBe(200);
      expect(get.headers).not.toHaveProperty('access-control-allow-origin');
      const asked = await app.http.inject(preflight(origin));
      expect(asked.statusCode).toBe(405);
      expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
      const headers = { origin, authorization: 'Bearer x' };
      const posted = await app.http.inject({ method: 'POST', url: '/v1/stop', headers });
      expect([posted.statusCode, posted.json()]).toMatchObject([403, { code: 'forbidden' }]);
    }
  });

  test('that are configured may read, and ask first without a key; cookies never come along', async () => {
    const { app } = await served(yaml);
    const get = await app.http.inject({ url: '/v1/devices', headers: { origin: panel } });
    expect(get.headers).toMatchObject({ 'access-control-allow-origin': panel, vary: 'Origin' });
    expect(get.headers).not.toHaveProperty('access-control-allow-credentials');
    const exposed = String(get.headers['access-control-expose-headers']).split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['retry-after', 'location', 'content-location']));
    const asked = await app.http.inject(preflight('http://localhost:5173'));
    expect([asked.statusCode, asked.body]).toEqual([204, '']);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
      'x-content-type-options': 'nosniff',
    });
    expect(asked.headers['access-control-allow-methods']).toContain('POST');
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
    // An error is read by the page as well.
    const missing = await app.http.inject({ url: '/v1/nothing', headers: { origin: panel } });
    expect([missing.statusCode, missing.headers['access-control-allow-origin']]).toEqual([404, panel]);
  });

  test('do more than read only with a key or a token of their own', async () => {
    const { app } = await served(yaml);
    const stop = (headers: Record<string, string>) =>
      app.http.inject({ method: 'POST', url: '/v1/stop', headers: { origin: panel, ...headers } });
    expect((await stop({})).statusCode).toBe(403);
    expect((await stop({ cookie: 'session=1' })).statusCode).toBe(403);
    expect((await stop({ authorization: 'Basic YTpi' })).statusCode).toBe(403);
    // The page can read why.
    const told = await stop({});
    expect(told.headers['access-control-allow-origin']).toBe(panel);
    expect(told.json()).toMatchObject({ detail: expect.stringContaining('Authorization: Bearer') });
    // Who may is another question, asked next.
    expect((await stop({ authorization: 'Bearer x' })).statusCode).not.toBe(403);
    const rebound = await app.http.inject({ url: '/v1/devices', headers: { origin: panel, host: 'evil.example' } });
    expect(rebound.statusCode).toBe(403);
  });

  test('no origin stands for all', async () => {
    for (const origin of ["'*'", "'https://*.example'", "'https://panel.example/'", 'null', "''"]) {
      await expect(served(`server: { port: 0, cors: { origins: [${origin}] } }`)).rejects.toThrow(
        'server.cors.origins',
      );
    }
  });

  test('what is not there is not there, and a wrong method is told so, with or without', async () => {
    const { app } = await served(yaml);
    expect((await app.http.inject({ url: '/nothing' })).statusCode).toBe(404);
    expect((await app.http.inject({ method: 'PUT', url: '/v1/devices' })).headers['allow']).toBe('GET, HEAD, POST');
    expect((await app.http.inject({ method: 'OPTIONS', url: '/v1/devices' })).statusCode).toBe(405);
  });
});
