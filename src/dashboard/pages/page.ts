import { type ComponentType, lazy } from 'react';
import { whenLive } from '../live/live.ts';

/** A page whose code is asked for when it is opened. What cannot be had while nobody answers comes once somebody does. */
export function page<Props>(load: () => Promise<{ readonly default: ComponentType<Props> }>) {
  return lazy(async () => {
    try {
      return await load();
    } catch {
      await whenLive();
      return await load();
    }
  });
}
