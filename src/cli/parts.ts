import { drivers } from '../../drivers/index.ts';
import { faultCatalogue, simulators } from '../../simulators/index.ts';
import { transports } from '../transport/index.ts';
import type { Parts } from './context.ts';
import { definitions } from '../definitions/defined.ts';

/** Everything that comes with Bellcrank; loading it takes most of the time that a start takes. */
export const parts: Parts = {
  transports,
  drivers,
  simulators,
  faults: faultCatalogue,
  definitions,
  createApp: async (appParts) => (await import('../app.ts')).createApp(appParts),
};
