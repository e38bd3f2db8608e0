/** The serial ports of this machine: which there are, who they are, who has them, and why one does not open. */
export { type ListPorts, type PortDescription, type PortList, portLister } from './describe.ts';
export { inUse, openFailure } from './diagnosis.ts';
export { pathOrUsb, portLabel, portPath, usbSettings } from './match.ts';
export { machine, type PortRoots } from './roots.ts';
