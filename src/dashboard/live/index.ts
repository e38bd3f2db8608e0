/** The lab, live: what pages read. */
export {
  useAlarms,
  useCandidates,
  useCommands,
  useConnection,
  useCounter,
  useDevice,
  useDevices,
  useDeviceViews,
  useSimulators,
} from './hooks.ts';
export { lab } from './lab.ts';
export { reconnect } from './live.ts';
export { qualityNow } from './quality-now.ts';
export { serviceNow } from './service-clock.ts';
export type * from './types.ts';
