import { onEverything } from './access/declared.ts';
import { type App, NoQuery, type Services } from './routes.ts';

/** The serial ports of the machine that the service runs on. */
export function portRoutes(app: App, { registry, ports }: Services): void {
  app.get(
    '/v1/ports',
    {
      config: onEverything('read'),
      schema: {
        tags: ['ports'],
        summary: 'Serial ports of this machine, and who has them',
        operationId: 'listPorts',
        querystring: NoQuery,
      },
    },
    async () => await ports(openPorts(registry)),
  );
}

/** The connections that have a serial port open, by the path that they opened. */
function openPorts({ connections }: Services['registry']): Map<string, string> {
  const open = new Map<string, string>();
  for (const { name, opener, openAs } of connections) {
    if (opener.transport === 'serial' && openAs !== undefined) open.set(openAs, name);
  }
  return open;
}
