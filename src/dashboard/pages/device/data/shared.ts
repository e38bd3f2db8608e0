/** What this page uses of the rest of the dashboard. */
export { lab, qualityNow, serviceNow, useCommands, useConnection, useDevice } from '../../../live/index.ts';
export type { CommandChange, LiveDevice, LiveProperty } from '../../../live/index.ts';
