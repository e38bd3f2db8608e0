import { suiteOver } from './kit.ts';

suiteOver(3);
