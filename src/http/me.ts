import { Type } from '@sinclair/typebox';
import type { Caller } from '../access/caller.ts';
import { type Action, actions } from '../access/scope.ts';
import type { Device } from '../device/device.ts';
import { rawCommand } from '../driver/built-in.ts';
import { onAnybody, releaseStop } from './access/declared.ts';
import { refOf } from './access/seen.ts';
import { type App, closed, type Services } from './routes.ts';
import { timeOf } from './views.ts';

const MeQuery = closed({
  device: Type.Optional(Type.String({ maxLength: 100, description: 'Say as well what they may do there.' })),
});

/** Who asks, and what they may: for pages that show what cannot be done as such. */
export function meRoutes(app: App, { registry }: Services): void {
  app.get(
    '/v1/me',
    {
      config: onAnybody,
      schema: {
        tags: ['access'],
        summary: 'Who one is, and what one may',
        operationId: 'whoAmI',
        querystring: MeQuery,
      },
    },
    ({ query, caller }, reply) => {
      const { name, scopes, expiresAt } = caller;
      void reply.header('cache-control', 'no-store');
      const me = { name, scopes, expiresAt: timeOf(expiresAt), everywhere: everywhere(caller) };
      if (query.device === undefined) return me;
      return { ...me, device: allowedThere(caller, refOf(registry, query.device), registry.find(query.device)) };
    },
  );
}

/** What they may do to all devices, those of tomorrow included. */
function everywhere(caller: Caller): readonly Action[] {
  return actions.filter((action) => caller.may({ action }));
}

/** Of a device that is not there, or is nobody's business of theirs, the same is said: what their scopes say of its id. */
function allowedThere(caller: Caller, ref: ReturnType<typeof refOf>, device: Device | undefined): object {
  const its = actions.filter((action) => caller.may({ action, device: ref }));
  const commands = device === undefined ? [] : sendable(device);
  return {
    id: ref.id,
    actions: its,
    commands: commands.filter((command) => caller.may({ action: 'command', device: ref, command })),
  };
}

/** Whatever needs the scope `command` there, by the names that scopes have for it. */
function sendable({ model }: Device): readonly string[] {
  const writable = Object.entries(model.properties).filter(([, { access }]) => access !== 'read');
  const commands = Object.keys(model.commands).filter((name) => name !== rawCommand);
  return [...commands, releaseStop, ...writable.map(([name]) => `write:${name}`)];
}
