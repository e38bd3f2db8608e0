/** The process of the devices that answer requests over MQTT 5: each does at once what it is told. */
import mqtt from 'mqtt';
import { serveTasks } from './tasks.ts';

async function answer({ port }: { readonly port: number }): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  client.on('message', (_topic, payload, { properties }) => {
    const { responseTopic, correlationData } = properties ?? {};
    if (responseTopic === undefined) return;
    client.publish(responseTopic, payload, { properties: correlationData === undefined ? {} : { correlationData } });
  });
  await client.subscribeAsync('bench/+/+/request');
}

const tasks = { answer };
export type MqttDeviceTasks = typeof tasks;
if (process.send !== undefined) serveTasks(tasks);
