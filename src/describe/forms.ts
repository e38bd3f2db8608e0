/** Where the affordances of a device are reached, and how (TD 1.1 §5.3.4.2). Paths are relative to the service. */

export type Form = Readonly<Record<string, unknown>>;

const contentType = 'application/json';

/** Anything but success is a problem; its schema stands among the `schemaDefinitions`. */
const problems = [{ success: false, contentType: 'application/problem+json', schema: 'problem' }];

/** Names come from devices: whatever they have in them is one segment of a path, and no template. */
function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(/[!'()*]/g, escaped);
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

export function wotRoot(device: string): string {
  return `/v1/devices/${segment(device)}/wot`;
}

export function propertyForms(device: string, name: string, access: 'read' | 'write' | 'read-write'): Form[] {
  const href = `${wotRoot(device)}/properties/${segment(name)}`;
  const op = [...(access === 'write' ? [] : ['readproperty']), ...(access === 'read' ? [] : ['writeproperty'])];
  const once = { op, href, contentType, additionalResponses: problems };
  const observed = {
    op: ['observeproperty', 'unobserveproperty'],
    href: `${href}/observe`,
    contentType,
    subprotocol: 'sse',
  };
  return access === 'write' ? [once] : [once, observed];
}

/** One that may take longer than a request is held open is answered 202 then, with the command to follow. */
export function actionForms(device: string, name: string, synchronous: boolean): Form[] {
  const href = `${wotRoot(device)}/actions/${segment(name)}`;
  const accepted = { success: true, contentType, schema: 'command' };
  const additionalResponses = synchronous ? problems : [accepted, ...problems];
  return [{ op: ['invokeaction'], href, contentType, additionalResponses }];
}

export function eventForms(device: string, name: string): Form[] {
  const href = `${wotRoot(device)}/events/${segment(name)}`;
  return [{ op: ['subscribeevent', 'unsubscribeevent'], href, contentType, subprotocol: 'sse' }];
}

export function thingForms(device: string): Form[] {
  const href = `${wotRoot(device)}/properties`;
  return [{ op: ['readallproperties'], href, contentType, additionalResponses: problems }];
}
