// For HEALTHCHECK: 0 if the service of this container answers, by HTTP or by HTTPS with whatever certificate it has.
import { get as plain } from 'node:http';
import { get as secure } from 'node:https';

const at = { host: '127.0.0.1', port: process.env.BELLCRANK_PORT ?? 7080, path: '/health/live', timeout: 3000 };

function answers(get, options) {
  return new Promise((resolve) => {
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    // Whoever asks for a certificate of its client is there.
    request.on('error', ({ code }) => resolve(/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code)));
    request.on('timeout', () => request.destroy());
  });
}

// It asks its own container, whose certificate is for the name that others use.
const isAlive = (await answers(plain, at)) || (await answers(secure, { ...at, rejectUnauthorized: false }));
process.exitCode = isAlive ? 0 : 1;
