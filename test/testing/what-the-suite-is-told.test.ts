import { expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { simulators } from '../../simulators/index.ts';
import { conformance, type Samples } from '../../src/testing/index.ts';
import { samplesOf } from '../conformance/kit-samples.ts';
import { boxSimulator } from './wrong-drivers/box.ts';
import { boxDriver } from './wrong-drivers/driver.ts';

function checkOf(model: string, name: string, samples: Samples) {
  const driver = drivers.find((one) => one.model.name === model);
  const kind = simulators.find((one) => one.model === model);
  if (driver === undefined || kind === undefined) throw new Error(`there is no ${model}`);
  const check = conformance(driver, kind, samples).find((one) => one.name === name);
  if (check === undefined) throw new Error(`there is no check ${name}`);
  return check;
}

test.each([
  ['grbl', 'before', 'everything that it can do works'],
  ['mqtt-rpc', 'refused', 'everything that it can do works'],
  ['grbl', 'alone', 'calls at once do not get in each other’s way'],
  ['korad-ka3005p', 'silenceMs', 'an answer that comes twice is taken once'],
] as const)('%s does not pass without `%s`, and the failure says that it is missing', async (model, key, name) => {
  const { [key]: _, ...others } = samplesOf[model] ?? {};
  await expect(checkOf(model, name, others).run()).rejects.toThrow(`\`${key}\``);
});

test('a driver that looks at no checksum believes a wrong bit, and is found', async () => {
  const name = 'an answer with a wrong bit is not believed';
  const suite = conformance(boxDriver(), boxSimulator, { checksum: true });
  await expect(suite.find((one) => one.name === name)?.run()).rejects.toThrow(
    /command list, bit 0 of its answer wrong: it ended succeeded/,
  );
  await checkOf('bellcrank-oven', name, { ...samplesOf['bellcrank-oven'], actions: 4, places: 16 }).run();
});

test('what is not so before a command is made so each time, and not twice', async () => {
  const esphome = { ...samplesOf['esphome'], commands: { 'set-lamp': [] } };
  const again = 'a connection that is lost in the middle is told as what is known, and comes back';
  await checkOf('esphome', again, { ...esphome, places: 2 }).run();
  await expect(checkOf('esphome', again, { ...esphome, before: {} }).run()).rejects.toThrow('unlock-front');
});

test('a state that the simulator does not have is told', async () => {
  const samples = { ...samplesOf['esphome'], before: { 'lock-front': { back: true } } };
  await expect(checkOf('esphome', 'everything that it can do works', samples).run()).rejects.toThrow('back');
});

test('a silence that ends an answer lets no second one pass for the next question’s', async () => {
  const suite = conformance(boxDriver('takes the second answer for the next question'), boxSimulator, {
    silenceMs: 60,
  });
  const check = suite.find(({ name }) => name === 'an answer that comes twice is taken once');
  await expect(check?.run()).rejects.toThrow('answered');
});
