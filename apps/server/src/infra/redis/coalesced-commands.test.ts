import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { coalesceStream } from './coalesced-commands.js';

test('what is written in a turn leaves at once at its end, in order; what comes later, later; and an end takes all along', async () => {
  const sent: string[] = [];
  const stream = new Writable({
    writev(chunks, done) {
      sent.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  coalesceStream(stream);
  for (const command of ['a', 'b', 'c']) stream.write(command);
  expect(sent).toEqual([]);
  await nextTurn();
  expect(sent).toEqual(['abc']);
  stream.write('d');
  await nextTurn();
  stream.write('e');
  stream.end();
  expect(sent).toEqual(['abc', 'd', 'e']);
  await nextTurn();
});
