import type { App as Service, AppParts } from '../app.ts';

/** What the command line sees of the service. */
export type App = Pick<Service, 'start' | 'close'>;

/** Makes the service; handed in, so that `check` and `schema` do not load it. */
export type CreateApp = (parts: AppParts) => Promise<App>;
