import { arrayOf, closedObject, flag, type Json, ref, text } from './openapi-json.ts';

const names = (description: string): Json => ({ ...arrayOf({ type: 'string' }), description });

const device = { id: text('The device’s id.'), simulated: flag('Whether a simulator stands in for it.') };
const changed = {
  ...device,
  what: names('Keys of the device that are other than before; `connection` as well where that leads elsewhere.'),
  attachedAnew: flag('Its session ends and another begins. Else it is not interrupted.'),
};

const reload = {
  dryRun: flag('Nothing was changed: this is what would be.'),
  changed: flag('Anything is other than before that can be taken while the service runs.'),
  devices: closedObject({
    added: arrayOf(ref('ReloadedDevice')),
    removed: arrayOf(ref('ReloadedDevice')),
    changed: arrayOf(closedObject(changed)),
  }),
  connections: closedObject({
    added: names('That there were not.'),
    removed: names('That there are no more.'),
    changed: names('That lead elsewhere, or are set otherwise.'),
  }),
  sections: names('Other parts of the file that were taken.'),
  restartNeeded: names('What is other than at the start and is taken by the next one only.'),
  problems: names('What was meant to be taken, and could not be; the rest was.'),
};

export const configSchemas = {
  Reload: { title: 'Reload', description: 'What a reload changed.', ...closedObject(reload) },
  ReloadedDevice: closedObject(device),
} satisfies Record<string, Json>;
