import { aFan, aHumidifier, aLock, aMower, anAlarm, anUpdate, aSiren, aTracker, aVacuum } from './appliances.ts';
import { aClimate, aWaterHeater } from './climate.ts';
import { Unsupported } from './config.ts';
import { anEvent, aTrigger } from './events.ts';
import { basicLight } from './light-basic.ts';
import { jsonLight } from './light-json.ts';
import { templateLight } from './light-template.ts';
import { aCover, aValve } from './opening.ts';
import type { Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import {
  aBinarySensor,
  aButton,
  aNotifier,
  aNumberToSet,
  aScene,
  aSelect,
  aSensor,
  aSwitch,
  aTextToSet,
} from './simple.ts';

function aLight(reader: Reader): Parts {
  const schema = reader.config.textOr('schema', 'basic');
  if (schema === 'basic' || schema === 'default') return basicLight(reader);
  if (schema === 'json') return jsonLight(reader);
  if (schema === 'template') return templateLight(reader);
  throw new Unsupported(`the schema ${JSON.stringify(schema.slice(0, 40))} is not known`);
}

/** Every component that is understood, by its platform. */
const components: ReadonlyMap<string, (reader: Reader) => Parts> = new Map([
  ['alarm_control_panel', anAlarm],
  ['binary_sensor', aBinarySensor],
  ['button', aButton],
  ['climate', aClimate],
  ['cover', aCover],
  ['device_automation', aTrigger],
  ['device_tracker', aTracker],
  ['event', anEvent],
  ['fan', aFan],
  ['humidifier', aHumidifier],
  ['lawn_mower', aMower],
  ['light', aLight],
  ['lock', aLock],
  ['notify', aNotifier],
  ['number', aNumberToSet],
  ['scene', aScene],
  ['select', aSelect],
  ['sensor', aSensor],
  ['siren', aSiren],
  ['switch', aSwitch],
  ['text', aTextToSet],
  ['update', anUpdate],
  ['vacuum', aVacuum],
  ['valve', aValve],
  ['water_heater', aWaterHeater],
]);

/** Reads one component. Throws `Unsupported`. */
export function partsOf(platform: string, reader: Reader): Parts {
  const read = components.get(platform);
  if (read === undefined) throw new Unsupported(`${platform.slice(0, 40)} is not supported`);
  const { encoding } = { encoding: reader.config.text('encoding') };
  if (encoding !== undefined && !['utf-8', 'utf8', 'ascii'].includes(encoding.toLowerCase()))
    throw new Unsupported(`the encoding ${encoding.slice(0, 40)} is not supported`);
  const parts = read(reader);
  const some = [...(parts.fields ?? []), ...(parts.actions ?? []), ...(parts.events ?? [])].some(
    (part) => part !== undefined,
  );
  if (!some) throw new Unsupported('nothing of it is understood');
  return parts;
}
