/**
 * Comes inside the page and runs before anything else is loaded. It imports nothing of the rest of the page, so that
 * whatever is wrong with that leaves Stop alone.
 */
import { applyTheme } from './theme.ts';
import { startStop } from './stop.ts';

applyTheme();
startStop();
