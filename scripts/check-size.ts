import './lib/node-version.js';
import { build } from './lib/build.js';
import { bundle, serverSide } from './lib/bundle.js';
import { Processes } from './lib/processes.js';

/** `pnpm check:size`: what the SDK adds to an app, and whether that is within its bound. */
const CORE_MAX_BYTES = 16_800;

await build(new Processes(), '@dream-studio/sdk');
const external = ['socket.io-client', 'react', 'react/jsx-runtime'];
const core = await bundle('packages/sdk/dist/index.js', external);
const react = await bundle('packages/sdk/dist/react/index.js', external);
const kB = ({ bytes }: { bytes: number }) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`@dream-studio/sdk        ${kB(core)} gzip, without socket.io-client; at most ${CORE_MAX_BYTES / 1000} kB`);
console.log(`@dream-studio/sdk/react  ${kB(react)} gzip on top of it, without react`);

const problems = [
  ...[core, react].flatMap(serverSide).map((path) => `${path} is pulled in`),
  ...(core.bytes > CORE_MAX_BYTES ? ['The core is too large'] : []),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
