import type { Config } from '../../config/index.ts';
import { checkCertificate } from './certificate.ts';
import { checkConnections } from './connections.ts';
import { checkCredentials } from './credentials.ts';
import { checkDisk } from './disk.ts';
import type { Files } from './files.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { checkListening } from './listening.ts';
import { checkSecret } from './secrets.ts';
import { checkOpenFiles } from './open-files.ts';
import { checkStore } from './store.ts';
import { serviceOf } from './running.ts';

/** What the configuration needs of the machine. What is in `lacking` are connections without a secret of theirs. */
export async function examine(
  config: Config,
  files: Files,
  lacking: ReadonlySet<string>,
  host: Host,
): Promise<Finding[]> {
  const { server, store } = config;
  const service = await serviceOf(store.directory, host.roots);
  return [
    running(service),
    await checkListening(server, service, host),
    ...(await checkCredentials(config, host)),
    ...(await checkStore(store.directory, host)),
    await checkDisk(store.directory),
    checkOpenFiles(config, service, host),
    ...(await Promise.all(files.secrets.map(checkSecret))),
    ...(await Promise.all(files.certificates.map(([name, file]) => checkCertificate(name, file, files.read, host)))),
    ...(await checkConnections(withoutThem(config, lacking), service, host)),
    ...[...lacking].map(unchecked),
  ];
}

function withoutThem({ connections }: Config, lacking: ReadonlySet<string>): Pick<Config, 'connections'> {
  return { connections: Object.fromEntries(Object.entries(connections).filter(([name]) => !lacking.has(name))) };
}

function unchecked(name: string): Finding {
  return {
    check: 'connection',
    of: name,
    status: 'unchecked',
    detail: 'lacks a secret: what it leads to was not tried',
  };
}

function running(service: ReadonlySet<number>): Finding {
  const pids = [...service].join(', ');
  return { check: 'service', status: 'ok', detail: pids === '' ? 'is not seen to run' : `runs (process ${pids})` };
}
