import { readFile } from 'node:fs/promises';
import { type App, NoQuery } from './routes.ts';

/** The page loads what this service has for it and nothing else, and nobody may frame it. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";

const folder = new URL('../dashboard/', import.meta.url);
const types = { html: 'text/html', css: 'text/css', js: 'text/javascript' };

/** Everything that the page of faults is made of, by its path. */
const files: Readonly<Record<string, readonly [name: string, kind: keyof typeof types]>> = {
  '/simulators': ['simulators', 'html'],
  '/simulators/simulators.css': ['simulators', 'css'],
  ...Object.fromEntries(
    ['page', 'panel', 'state-table', 'fault-form', 'fields', 'dom', 'http'].map((name) => {
      return [`/simulators/${name}.js`, [name, 'js'] as const];
    }),
  ),
};

/** The page of faults, for people: what stands in for devices, and how to make it misbehave. */
export function simulatorsPageRoutes(app: App): void {
  for (const [path, [name, kind]] of Object.entries(files)) {
    let text: Promise<string> | undefined;
    app.get(path, { schema: { hide: true, querystring: NoQuery } }, async (_, reply) => {
      text ??= readFile(new URL(`${name}.${kind}`, folder), 'utf8');
      return await reply
        .type(`${types[kind]}; charset=utf-8`)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .header('content-security-policy', policy)
        .serializer(String)
        .send(await text);
    });
  }
}
