import { Agent, request } from 'node:http';

export interface Measured {
  /** Of each request, ms. */
  readonly took: readonly number[];
  /** Those that were not answered with 2xx, by status. */
  readonly refused: readonly number[];
}

/** A client that asks one thing after the other on one connection, as a script does. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    others: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; text: string; ms: number }> {
    const start = performance.now();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      payload === undefined
        ? others
        : { ...others, 'content-type': 'application/json', 'content-length': payload.length };
    return await new Promise((resolve, reject) => {
      const sent = request(this.#url + path, { method, agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - start }));
      });
      sent.on('error', reject).end(payload);
    });
  }

  /** So many commands to a device, and as many questions. */
  async work(device: string, rounds: number): Promise<Measured> {
    const took: number[] = [];
    const refused: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const answers = [
        await this.send('POST', `/v1/devices/${device}/commands/set-voltage`, { volts: round % 10 }),
        await this.send('GET', `/v1/devices/${device}/properties`),
      ];
      for (const { status, ms } of answers) {
        took.push(ms);
        if (status !== 200) refused.push(status);
      }
    }
    return { took, refused };
  }

  close(): void {
    this.#agent.destroy();
  }
}

export function p99({ took }: Measured): number {
  return took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;
}
