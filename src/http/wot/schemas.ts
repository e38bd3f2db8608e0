import { arrayOf, type Json, openObject, text } from '../openapi-json.ts';

/** What the routes of Thing Descriptions and AsyncAPI answer; values are as each property and command has them. */
export const wotSchemas = {
  ThingDescription: {
    title: 'Thing Description',
    description: 'W3C WoT Thing Description 1.1; the standard has its schema whole.',
    ...openObject({
      '@context': arrayOf({}),
      id: { type: 'string', format: 'uri' },
      title: text('The device’s id.'),
      'bellcrank:simulated': { type: 'boolean', description: 'Nothing real is behind it.' },
      base: { type: 'string', format: 'uri' },
      securityDefinitions: { type: 'object' },
      security: arrayOf({ type: 'string' }),
      properties: { type: 'object' },
      actions: { type: 'object' },
      events: { type: 'object' },
    }),
  },
  AsyncApiDocument: {
    description: 'AsyncAPI has its schema whole.',
    ...openObject({ asyncapi: { const: '3.0.0' }, channels: { type: 'object' }, operations: { type: 'object' } }),
  },
  Values: { type: 'object', description: 'By the name of the property; each as its schema says.' },
  AnyValue: { description: 'As the schema of the property or command says.' },
} satisfies Record<string, Json>;
