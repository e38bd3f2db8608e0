/** Simulators of devices on serial lines and sockets that need code. */
export { grblSimulator } from './grbl/index.ts';
export { nmea0183Simulator } from './nmea0183/index.ts';
