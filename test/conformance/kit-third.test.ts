import { suiteOver } from './kit.ts';

suiteOver(2);
