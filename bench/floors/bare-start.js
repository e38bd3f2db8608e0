/**
 * The floor of a start and of memory: bare Fastify with one route and its schemas, as plain JavaScript, which is what the
 * installed service is. Answers the one task of `ServingTasks`.
 */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';

const setting = {
  type: 'object',
  properties: { volts: { type: 'number', minimum: 0, maximum: 60 } },
  required: ['volts'],
  additionalProperties: false,
};
const text = { type: 'string' };
const answer = {
  type: 'object',
  properties: { id: text, device: text, command: text, params: setting, result: setting },
};

const app = Fastify();
app.post(
  '/v1/devices/:id/commands/:name',
  { schema: { body: setting, response: { 200: answer } } },
  async ({ params, body }) => ({
    id: randomUUID(),
    device: params.id,
    command: params.name,
    params: body,
    result: body,
  }),
);

process.on('disconnect', () => process.exit(0));
process.on('message', ({ id }) => {
  void app.listen({ port: 0, host: '127.0.0.1' }).then((url) => process.send({ id, value: { url, pid: process.pid } }));
});
