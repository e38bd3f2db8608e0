import { connect as connectClient } from 'mqtt';
import { writeToStream } from 'mqtt-packet';

/** What speaks MQTT: more than a hundred modules, which are loaded when the first broker is to be reached. */

// Otherwise the first packet makes a buffer of each number up to 65,535, which takes 7.5 MB and holds the process up.
writeToStream.cacheNumbers = false;

export const connect = connectClient;
