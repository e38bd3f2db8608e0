import { expect, test } from 'vitest';
import { settle } from '../testing/settle.ts';
import { Hush } from './hush.ts';

test('what is told is handed on at once', () => {
  const heard: string[] = [];
  const hush = new Hush<string>((one) => heard.push(one));
  hush.tell('a');
  expect(heard).toEqual(['a']);
});

test('while a stop is sent nobody is told anything, and then all of it in its order', async () => {
  const heard: string[] = [];
  const hush = new Hush<string>((one) => heard.push(one));
  hush.begin();
  hush.tell('a');
  hush.begin();
  await Promise.resolve();
  hush.tell('b');
  expect(heard).toEqual([]);
  await settle();
  expect(heard).toEqual(['a', 'b']);
  hush.tell('c');
  expect(heard).toEqual(['a', 'b', 'c']);
});

test('whoever is told and tells more is heard last, and whoever stops something has the others wait again', async () => {
  const heard: string[] = [];
  const hush = new Hush<string>((one) => {
    heard.push(one);
    if (one === 'a') hush.tell('because of a');
    if (one === 'b') {
      hush.begin();
      hush.tell('because of b');
      queueMicrotask(() => heard.push('sent'));
    }
  });
  hush.begin();
  for (const one of ['a', 'b', 'c']) hush.tell(one);
  await settle();
  expect(heard).toEqual(['a', 'b', 'sent', 'c', 'because of a', 'because of b']);
});
