/** Drivers of devices on serial lines and sockets that need code. */
export { grbl } from './grbl/driver.ts';
export { nmea0183 } from './nmea0183/driver.ts';
