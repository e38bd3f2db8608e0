import { cpuMsOf, rssBytesOf, serviceCore, startHelper } from './processes.ts';

/** Whatever is put under load. */
export interface Subject {
  readonly url: string;
  /** Processor time that it has used so far, all its threads together, in ms; NaN where the system does not say. */
  cpuMs(): number;
  /** Memory that it holds now, in bytes; NaN where the system does not say. */
  rssBytes(): number;
  end(): Promise<void>;
}

/** Where a floor or a peer listens, and which process it is. */
export interface Listening {
  readonly url: string;
  readonly pid: number;
}

/** The tasks of a process that serves. */
export type ServingTasks = { readonly listen: (input: object) => Promise<Listening> };

/** Starts a floor or a peer where otherwise the service runs. `input` is what it is told to be. */
export async function startSubject(module: string, input: object = {}): Promise<Subject> {
  const helper = startHelper<ServingTasks>(module, serviceCore);
  try {
    const { url, pid } = await helper.ask('listen', input);
    return { url, cpuMs: () => cpuMsOf(pid), rssBytes: () => rssBytesOf(pid), end: () => helper.end() };
  } catch (error) {
    await helper.end();
    throw error;
  }
}

/** Undefined, and told of, where a peer is not installed. */
export async function startPeer(name: string, start: () => Promise<Subject>): Promise<Subject | undefined> {
  try {
    return await start();
  } catch (error) {
    if (!String(error).includes('ERR_MODULE_NOT_FOUND')) throw error;
    console.log(`\n${name} is left out: it is not installed (npm ci --prefix bench)`);
    return undefined;
  }
}
