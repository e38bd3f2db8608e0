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

/** Starts a floor or a peer where otherwise the service runs. */
export async function startSubject(module: string): Promise<Subject> {
  const helper = startHelper<ServingTasks>(module, serviceCore);
  try {
    const { url, pid } = await helper.ask('listen', {});
    return { url, cpuMs: () => cpuMsOf(pid), rssBytes: () => rssBytesOf(pid), end: () => helper.end() };
  } catch (error) {
    await helper.end();
    throw error;
  }
}
