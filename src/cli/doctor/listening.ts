import { createServer } from 'node:net';
import { once } from 'node:events';
import type { Config } from '../../config/index.ts';
import type { Finding } from './finding.ts';

/** Whether the service could listen now; while it runs it is the one that has the port. */
export async function checkListening({ host, port }: Config['server']): Promise<Finding> {
  const about = { check: 'listen', of: `${host} port ${port}` } as const;
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    server.close();
    return { ...about, status: 'ok', detail: 'is free' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      const advice = 'if that is not the service, end it, or choose another port';
      return { ...about, status: 'warn', detail: 'is in use', advice };
    }
    const detail = `cannot be listened on (${String(code)})`;
    return { ...about, status: 'fail', detail, advice: 'choose another host or port' };
  }
}
