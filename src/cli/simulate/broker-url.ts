import type { Environment } from '../../config/index.ts';
import { validate } from '../../driver/index.ts';
import { BellcrankError } from '../../errors.ts';
import { settings } from '../../transport/mqtt-settings.ts';

/**
 * With the user name and password of the environment, unless it has its own. Throws for what is none; since it may hold a
 * password, nothing of it is shown.
 */
export function brokerUrl(
  text: string,
  { MQTT_USERNAME: username = '', MQTT_PASSWORD: password = '' }: Environment,
): string {
  if (validate(settings.properties.url, text).length > 0 || !URL.canParse(text)) {
    throw new BellcrankError('invalid-request', '--mqtt must be mqtt://host:1883, mqtts://…, ws://… or wss://…');
  }
  const url = new URL(text);
  if (url.username !== '' || username === '') return text;
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return url.href;
}
