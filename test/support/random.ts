export { randomFrom } from '../../simulators/behaviour/random.ts';
