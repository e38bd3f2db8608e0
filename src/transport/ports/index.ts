/** The serial ports of this machine: which there are, who they are, who has them, and why one does not open. */
export { portText } from './list.ts';
export { type ListPorts, type PortDescription, type PortList, portLister } from './describe.ts';
export { inUse, openFailure } from './diagnosis.ts';
export { pathOrUsb, portLabel, portPath, type PortSettings, usbSettings } from './match.ts';
export { leaveAlone } from './modem-manager.ts';
export { obstacleTo } from './permission.ts';
export { type Holder, holdersOf } from './processes.ts';
export { entriesOf, machine, type PortRoots, realPathOf, textOf } from './roots.ts';
