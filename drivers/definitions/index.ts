import { readFileSync } from 'node:fs';

/** The definitions of text and byte protocols that come with Bellcrank, by the names of their models; an explicit list. */
export const definitionNames: readonly string[] = [
  'agilent-e3631a',
  'alicat-mc',
  'hp-34401a',
  'julabo-circulator',
  'keithley-2000',
  'korad-ka3005p',
  'lakeshore-335',
  'lcus-1',
  'mettler-toledo-sics',
  'mks-925',
  'new-era-ne1000',
  'numato-usb-relay-8',
  'pfeiffer-tc-drive',
  'pfeiffer-tpg262',
  'plantower-pms5003',
  'rigol-dp832',
  'sartorius-sbi',
  'winsen-mh-z19b',
];

/** The Modbus maps that come with Bellcrank. */
export const modbusMapNames: readonly string[] = ['bellcrank-oven', 'eastron-sdm630', 'eurotherm-3200'];

/** Devices on MQTT that come with Bellcrank. */
export const topicMapNames: readonly string[] = ['openevse', 'opendtu', 'wled'];

/** A definition's file, with the name by which messages speak of it. Undefined for one that does not come with us. */
export function shippedDefinition(model: string): { readonly name: string; readonly text: string } | undefined {
  if (![definitionNames, modbusMapNames, topicMapNames].some((names) => names.includes(model))) return undefined;
  const url = new URL(`./${model}.yaml`, import.meta.url);
  return { name: `drivers/definitions/${model}.yaml`, text: readFileSync(url, 'utf8') };
}
