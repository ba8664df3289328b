import { importsOf, withoutComments } from './imports.js';

/** One part of the system, and what its files may import: workspace files by path, everything else by package name. */
interface Layer {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
  /** Allowed besides, for `import type` only. */
  readonly types?: readonly RegExp[];
}

const SERVER = 'apps/server/src';
const contracts = /^@dream-studio\/contracts(\/|$)/;
const contractsLimits = /^@dream-studio\/contracts\/(limits|state)$/;
const sdk = /^@dream-studio\/sdk(\/react)?$/;
const sdkTesting = /^@dream-studio\/sdk\/testing$/;
const node = /^node:/;
const core = new RegExp(`^${SERVER}/core/`);
const corePorts = new RegExp(`^${SERVER}/core/(ports|startup-error|errors|batched)\\.ts$`);
const policy = new RegExp(`^${SERVER}/features/.*\\.policy\\.ts$`);
const service = new RegExp(`^${SERVER}/features/[^/]+/[^/]+\\.service\\.ts$`);
const prismaFiles = new RegExp(`^${SERVER}/infra/prisma/`);
/** Packages, except those that some layer keeps to itself. */
const libraries =
  /^(?!@dream-studio\/|node:|apps\/|packages\/|scripts\/|tests\/|@prisma\/|pg$|hono|@hono\/|socket\.io|@trpc\/)/;

const inServer = (path: string) => new RegExp(`^${SERVER}/${path}`);
const transport = [core, contracts, node, inServer('transports/'), libraries, /^(hono|@hono\/|@trpc\/|socket\.io)/];

/**
 * Who may import whom (ARCHITECTURE.md): the first layer that a file belongs to counts. Files in no layer (compose.ts
 * and compose/, main.ts, scripts) and tests may import everything.
 */
export const layers: readonly Layer[] = [
  { files: /^packages\/contracts\/src\//, may: [/^packages\/contracts\/src\//, /^zod$/], types: [/^@trpc\/server/] },
  {
    // The test double: not for production bundles, so it may have the contract's own schemas.
    files: /^packages\/sdk\/src\/testing\//,
    may: [/^packages\/sdk\/src\//, contracts],
  },
  {
    files: /^packages\/sdk\/src\//,
    may: [/^packages\/sdk\/src\/(?!testing\/)/, contractsLimits, /^socket\.io-client$/, /^react(\/jsx-runtime)?$/],
    types: [contracts], // zod's runtime stays out of the browser.
  },
  {
    // The gallery is in no build for production: it runs on the test double.
    files: /^apps\/web\/src\/(app|features)\/gallery\//,
    may: [/^apps\/web\//, contracts, sdk, sdkTesting, libraries, node],
  },
  {
    files: /^apps\/web\//,
    may: [/^apps\/web\/(?!src\/(app|features)\/gallery\/)/, contracts, sdk, libraries, node],
  },
  { files: inServer('core/'), may: [core, contracts, node] },
  // `name`: a feature may import itself.
  {
    files: inServer('features/(?<name>[^/]+)/.*\\.repository\\.ts$'),
    may: [core, contracts, node, policy, service, prismaFiles, /^@prisma\/client/],
  },
  { files: inServer('features/(?<name>[^/]+)/'), may: [core, contracts, node, policy, service] },
  // The two halves of a socket: what its bytes mean, and where it is.
  { files: inServer('transports/socket\\.ts$'), may: [...transport, inServer('realtime/')] },
  { files: inServer('transports/'), may: transport },
  { files: inServer('realtime/'), may: [core, contracts, node, inServer('realtime/'), libraries, /^socket\.io/] },
  {
    files: inServer('infra/'),
    may: [corePorts, contracts, node, inServer('infra/'), libraries, /^(@prisma\/|pg$)/],
    types: [core],
  },
];

/** What a file says outside its imports. */
const phrases: readonly {
  readonly files: RegExp;
  readonly except: RegExp;
  readonly phrase: RegExp;
  readonly why: string;
}[] = [
  {
    files: inServer(''),
    except: inServer('transports/socket\\.ts$'),
    phrase: /\bsocket\.on\(/,
    why: 'a listener that throws ends the process: only transports/socket.ts wraps them',
  },
  {
    files: inServer(''),
    except: inServer('(realtime/|transports/socket\\.ts$|compose/servers\\.ts$)'),
    phrase: /\bio\./,
    why: 'io belongs to realtime/ and transports/socket.ts; compose/servers.ts makes and closes it',
  },
];

const TEST = /(\.test\.tsx?|\.test-d\.ts)$|\/test\//;

/** What breaks a rule in one file, as lines for a person. `path` is relative to the repository, with forward slashes. */
export function violations(path: string, source: string): string[] {
  if (TEST.test(path)) return [];
  const code = withoutComments(source);
  const said = phrases
    .filter(({ files, except, phrase }) => files.test(path) && !except.test(path) && phrase.test(code))
    .map(({ phrase, why }) => `${path}: ${phrase.source} (${why})`);
  const layer = layers.find(({ files }) => files.test(path));
  if (!layer) return said;

  const name = layer.files.exec(path)?.groups?.name;
  const own = name ? [inServer(`features/${name}/`)] : [];
  const wrong = importsOf(path, code).filter(({ target, typeOnly }) => {
    return ![...layer.may, ...own, ...(typeOnly ? (layer.types ?? []) : [])].some((allowed) => allowed.test(target));
  });
  return [
    ...said,
    ...wrong.map(({ from, typeOnly }) => `${path}: may not import ${typeOnly ? 'types of ' : ''}${from}`),
  ];
}
