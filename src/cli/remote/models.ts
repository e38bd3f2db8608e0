import type { Command } from 'commander';
import type { ModelView } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { named } from './arguments.ts';
import { propertiesOf, requiredOf } from './params/schema.ts';
import { schemaWords } from './schema-words.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

export function addModels(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'models')
    .description('list the kinds of devices that a running service can attach, or show one')
    .argument('[model]', 'the one to show', named)
    .action(async (model: string | undefined, flags: RemoteFlags) => {
      finish(await withService(flags, context, (service) => models(model, service)));
    });
}

async function models(model: string | undefined, service: Service): Promise<ExitCode> {
  await (model === undefined ? list(service) : show(model, service));
  return exitCodes.succeeded;
}

async function list({ lab, print }: Service): Promise<void> {
  const { body } = await lab.http.request<{ readonly items: readonly ModelView[] }>('GET', '/v1/models');
  if (print.json) return print.document(body);
  print.table(
    [{ title: 'MODEL' }, { title: 'TRANSPORTS' }, { title: '', flexible: true }],
    body.items.map(({ name, transports, summary }) => [name, transports.join(' '), summary]),
  );
}

async function show(name: string, { lab, print }: Service): Promise<void> {
  const { body: model } = await lab.http.request<ModelView>('GET', `/v1/models/${encodeURIComponent(name)}`);
  if (print.json) return print.document(model);
  const { commands, properties, events, options, stop } = model;
  print.pairs([
    ['model', model.name],
    ['', model.summary],
    ['transports', model.transports.join(', ')],
    ['stop', stop === undefined ? 'it has no way to be made safe' : stop.summary],
  ]);
  const required = new Set(requiredOf(options));
  const section = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    print.line();
    print.table([{ title }, { title: '', flexible: true }, { title: '', flexible: true }], rows);
  };
  const summaries = (all: Readonly<Record<string, { readonly summary: string }>>) =>
    Object.entries(all).map(([key, { summary }]) => [key, summary]);
  section('COMMAND', summaries(commands));
  section(
    'PROPERTY',
    Object.entries(properties).map(([key, { schema, summary }]) => [key, schemaWords(schema), summary]),
  );
  section('EVENT', summaries(events));
  section(
    'OPTION',
    Array.from(propertiesOf(options), ([key, schema]) => [
      required.has(key) ? `${key} (required)` : key,
      schemaWords(schema),
      typeof schema['description'] === 'string' ? schema['description'] : '',
    ]),
  );
}
