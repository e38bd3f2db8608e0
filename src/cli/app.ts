import type { Access } from '../access/access.ts';
import type { App as Service, AppParts } from '../app.ts';
import type { ReloadTarget } from './reload/reloader.ts';

/** What the command line sees of the service. */
export interface App extends Pick<Service, 'start' | 'close' | 'trouble' | 'blame'> {
  readonly reload: Pick<Service['reload'], 'reload'>;
  readonly access: Pick<Access, 'isClosed' | 'isInsecure'>;
  readonly registry: ReloadTarget;
}

/** Makes the service; handed in, so that `check` and `schema` do not load it. */
export type CreateApp = (parts: AppParts) => Promise<App>;
