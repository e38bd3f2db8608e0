import { createContext, useContext } from 'react';
import type { DeviceDetailView } from '../../../../client/index.ts';
import type { AllowedThere } from '../../../permission/useMe.ts';
import type { InterlockView } from '../guards/interlock.ts';
import type { CommandChange, LiveDevice } from './shared.ts';

/** What every part of the page may want to know of the device that it shows. */
export interface Page {
  readonly id: string;
  readonly live: LiveDevice;
  readonly detail: DeviceDetailView;
  /** Newest first. */
  readonly commands: readonly CommandChange[];
  readonly interlocks: readonly InterlockView[];
  /** Whether the lease that the device has, if any, is held by this tab. */
  readonly leaseIsOurs: boolean;
  /** What whoever looks at the page may do here; undefined until it is known. */
  readonly allowed: AllowedThere | undefined;
  /** False while the service does not answer: everything shown is as it was then. */
  readonly connected: boolean;
  /** Something was changed: asks anew for what the stream does not tell. */
  readonly reload: () => void;
  /** Asks the device for everything that can be asked for, and shows what it says. */
  readonly readBack: () => Promise<void>;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('a part of the page of a device stands outside of it');
  return page;
}
