/** Why a simulated device does not do what it was told. */
export interface DeviceFault {
  readonly code: string;
  readonly text: string;
}

/** SCPI-1999 vol. 2 §21.8, for devices whose definition gives no codes of its own. */
export const defaultFaults = {
  unknownMessage: { code: '-113', text: 'Undefined header' },
  outOfRange: { code: '-222', text: 'Data out of range' },
  overflow: { code: '-350', text: 'Queue overflow' },
} as const satisfies Record<string, DeviceFault>;

/** Whether the simulator chose it, for want of a better one. */
export function isDefault(fault: DeviceFault): boolean {
  return Object.values<DeviceFault>(defaultFaults).includes(fault);
}
