import type { Config } from '../../config/index.ts';
import type { Finding } from './finding.ts';

const neededNode = 24;
/** What libuv has if nobody says otherwise; as many blocked serial ports block everything (docs/serial.md). */
const defaultThreads = 4;
/** For names, files and the store. */
const otherThreads = 4;

export interface Runtime {
  /** As `process.versions.node`. */
  readonly node: string;
  /** `UV_THREADPOOL_SIZE`. */
  readonly threads: string | undefined;
}

export function checkRuntime({ node }: Runtime): Finding {
  const isNew = Number(node.split('.')[0]) >= neededNode;
  if (isNew) return { check: 'node', status: 'ok', detail: `Node ${node}` };
  const advice = `install Node ${neededNode} or newer, or run npx -p node@${neededNode} -p bellcrank bellcrank`;
  return { check: 'node', status: 'fail', detail: `Node ${node} is too old`, advice };
}

/** Each open serial port can block one thread. */
export function checkThreads({ threads }: Runtime, { connections }: Pick<Config, 'connections'>): Finding {
  const serial = Object.values(connections).filter(isSerial).length;
  const size = Number(threads ?? defaultThreads);
  const needed = serial + otherThreads;
  const detail = `${size} threads for ${serial} serial ports`;
  if (serial === 0 || size >= needed) return { check: 'threads', status: 'ok', detail };
  const advice = `set UV_THREADPOOL_SIZE to ${needed} at least, or leave it unset: then Bellcrank takes 64`;
  return { check: 'threads', status: 'warn', detail: `${detail}: ports that hang block all others`, advice };
}

function isSerial(connection: Config['connections'][string]): boolean {
  return connection.kind === 'transport' ? connection.transport === 'serial' : connection.via === 'pty';
}
