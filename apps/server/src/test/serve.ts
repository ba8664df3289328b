import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startTestApp } from './app.js';

// The test app in a process of its own, to see it live and its memory: prints its URL, then, for each line of input,
// what memory it holds as JSON. An exception or a rejection that nobody handles ends it, as it would the server.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const app = await startTestApp({ env: { logLevel: 'silent' } });
console.log(app.url);

for await (const _line of createInterface(process.stdin)) {
  collect();
  // Buffers are given back by finalizers, which run after a collection.
  await new Promise(setImmediate);
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  console.log(JSON.stringify({ rss, held: heapUsed + external }));
}
await app.close();
