/** The serial ports of this machine: which there are, who they are, who has them, and why one does not open. */
export { type ListPorts, type PortDescription, type PortList, portLister } from './describe.ts';
export { inUse, openFailure } from './diagnosis.ts';
export { pathOrUsb, portLabel, portPath, type PortSettings, usbSettings } from './match.ts';
export { leaveAlone } from './modem-manager.ts';
export { permissionFor } from './permission.ts';
export { holdersOf } from './processes.ts';
export { machine, type PortRoots, realPathOf } from './roots.ts';
