import { entry, quantity, type SimulatedPart, whole, yesOrNo } from '../state.ts';
import type { ReceiverBehaviour } from './model.ts';

/** The receiver, where it is carried and what it sees of the sky. */
export function receiverPart(receiver: ReceiverBehaviour): SimulatedPart {
  return {
    name: 'main',
    state: {
      fix: entry(
        yesOrNo('Enough of the sky in sight for a fix'),
        () => receiver.hasFix,
        (hasFix) => (hasFix ? receiver.regainFix() : receiver.loseFix()),
      ),
      latitude: entry(
        quantity('Latitude', '°', -89, 89),
        () => receiver.place.latitude,
        (latitude) => receiver.carry(latitude, receiver.place.longitude),
      ),
      longitude: entry(
        quantity('Longitude', '°', -180, 180),
        () => receiver.place.longitude,
        (longitude) => receiver.carry(receiver.place.latitude, longitude),
      ),
      altitude: entry(
        quantity('Altitude', 'm', -400, 20_000),
        () => receiver.altitude,
        (altitude) => (receiver.altitude = altitude),
      ),
      speed: entry(
        quantity('Speed', 'm/s', 0, 500),
        () => receiver.speed,
        (speed) => receiver.head(speed, receiver.course),
      ),
      course: entry(
        quantity('Course', '°', 0, 359.99),
        () => receiver.course,
        (course) => receiver.head(receiver.speed, course),
      ),
      satellites: entry(
        whole('Satellites in view', '', 4, 12),
        () => receiver.satellites,
        (satellites) => (receiver.satellites = satellites),
      ),
      talks: entry(
        { ...yesOrNo('Talks'), description: 'False: it has lost its power, or its cable is cut.' },
        () => !receiver.silent,
        (talks) => (receiver.silent = !talks),
      ),
    },
  };
}
