import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runHere } from '../cli/here.ts';
import { type Ended, run } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';
import { built } from '../support/built.ts';

/** Two supplies. */
const devices = `
connections:
  left: { simulate: { model: scpi-supply, via: tcp } }
  right: { simulate: { model: scpi-supply, via: tcp } }
devices:
  psu-1: { driver: scpi-supply, connection: left }
  psu-2: { driver: scpi-supply, connection: right }
`;

/** A configuration in a folder of its own, and the command line beside it. */
export interface Keyed {
  readonly config: string;
  /** The folder of its store. */
  readonly store: string;
  /** `bellcrank …` as a process of its own. */
  readonly call: (args: readonly string[], env?: Record<string, string>) => Promise<Ended>;
  /** A new key, made on this machine. */
  readonly key: (name: string, ...grant: readonly string[]) => Promise<string>;
}

export function keyed(more = ''): Keyed {
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(config, `store: { directory: data }\n${more}${devices}`);
  const call: Keyed['call'] = (args, env) => run(built(), args, env);
  return {
    config,
    store: join(folder, 'data'),
    call,
    async key(name, ...grant) {
      const { code, stdout, stderr } = await runHere(['keys', 'create', '--config', config, '--name', name, ...grant]);
      if (code !== 0) throw new Error(stderr);
      return stdout.trim();
    },
  };
}

export interface Answered<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One request; `key` is a bearer token, or headers. */
export async function ask<Body = Record<string, unknown>>(
  url: string,
  key?: string | Readonly<Record<string, string>>,
  { method = 'GET', body }: { readonly method?: string; readonly body?: unknown } = {},
): Promise<Answered<Body>> {
  const headers = typeof key === 'string' ? { authorization: `Bearer ${key}` } : (key ?? {});
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
  };
}
