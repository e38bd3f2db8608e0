import { useEffect, useSyncExternalStore } from 'react';
import type { CommandView } from '../../client/index.ts';
import { lab } from './lab.ts';
import { store } from './live.ts';
import type { Counter } from './store.ts';
import type { AlarmView, CommandChange, Connection, DeviceView, LiveDevice } from './types.ts';

function useTopic<T>(topic: string, read: () => T): T {
  return useSyncExternalStore((listener) => store.topics.subscribe(topic, listener), read);
}

/** Whether what is shown is as it is. */
export function useConnection(): Connection {
  return useTopic('connection', () => store.connection);
}

/** By id. Renders whenever anything about any of them changes, at most five times a second: `useDeviceViews` is calmer. */
export function useDevices(): readonly LiveDevice[] {
  return useTopic('devices', () => store.devices);
}

/** By id. Renders when a device comes, goes, or changes its state, labels, or stop. */
export function useDeviceViews(): readonly DeviceView[] {
  return useTopic('list', () => store.views);
}

/** `idle`: not for now, as when it is out of sight; it stays as it was last rendered. */
export function useDevice(id: string, idle = false): LiveDevice | undefined {
  return useTopic(idle ? 'never' : `device:${id}`, () => store.device(id));
}

export function useAlarms(): readonly AlarmView[] {
  return useTopic('alarms', () => store.alarms);
}

/** Bumps when a simulator's faults, state or time were changed. */
export function useSimulators(): number {
  return useCounter('simulator');
}

/** Bumps when a candidate came, went or changed. */
export function useCandidates(): number {
  return useCounter('candidate');
}

/** Bumps when something happened; `gap`: something may have been missed. */
export function useCounter(counter: Counter): number {
  return useTopic(counter, () => store.count(counter));
}

/** The latest commands, of all devices or of one: newest first, at most 200. */
export function useCommands(device?: string): readonly CommandChange[] {
  const gaps = useCounter('gap');
  useEffect(() => {
    if (device === undefined) return undefined;
    store.followCommands(device);
    return () => store.forgetCommands(device);
  }, [device]);
  useEffect(() => {
    const abort = new AbortController();
    void load(device, abort.signal);
    return () => abort.abort();
    // After a gap what was missed is asked for.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [device, gaps]);
  return useTopic(`commands:${device ?? ''}`, () => store.commands(device));
}

/** What was before the page was. Without an answer the list begins with what comes; the connection's state says why. */
async function load(device: string | undefined, signal: AbortSignal): Promise<void> {
  const query = { limit: 200, device };
  const loading = lab.http.request<{ readonly items: readonly CommandView[] }>('GET', '/v1/commands', {
    query,
    signal,
  });
  const answer = await loading.catch(() => undefined);
  if (answer !== undefined) store.loaded(answer.body.items, device);
}
