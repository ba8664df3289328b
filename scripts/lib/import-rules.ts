import { posix } from 'node:path';

/** One part of the system, and what its files may import: workspace files by path, everything else by package name. */
interface Layer {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
  /** Allowed besides, for `import type` only. */
  readonly types?: readonly RegExp[];
}

const SERVER = 'apps/server/src';
const contracts = /^@dream-studio\/contracts$/;
const contractsLimits = /^@dream-studio\/contracts\/limits$/;
const sdk = /^@dream-studio\/sdk$/;
const node = /^node:/;
const core = new RegExp(`^${SERVER}/core/`);
const corePorts = new RegExp(`^${SERVER}/core/(ports|startup-error|errors)\\.ts$`);
const policy = new RegExp(`^${SERVER}/features/.*\\.policy\\.ts$`);
const service = new RegExp(`^${SERVER}/features/[^/]+/[^/]+\\.service\\.ts$`);
const prismaFiles = new RegExp(`^${SERVER}/infra/prisma/`);
/** Packages, except those that some layer keeps to itself. */
const libraries = /^(?!@dream-studio\/|node:|apps\/|packages\/|scripts\/|tests\/|@prisma\/|hono|@hono\/|socket\.io|@trpc\/)/;

const feature = (name: string) => new RegExp(`^${SERVER}/features/${name}/`);
const inServer = (path: string) => new RegExp(`^${SERVER}/${path}`);

/**
 * Who may import whom (ARCHITECTURE.md): the first layer that a file belongs to counts. Files in no layer (compose.ts,
 * main.ts, scripts) and tests may import everything.
 */
export const layers: readonly Layer[] = [
  { files: /^packages\/contracts\/src\//, may: [/^packages\/contracts\/src\//, /^zod$/], types: [/^@trpc\/server/] },
  {
    files: /^packages\/sdk\/src\//,
    may: [/^packages\/sdk\/src\//, contractsLimits, /^socket\.io-client$/, /^react$/],
    types: [contracts],
  },
  {
    files: /^apps\/web\//,
    may: [/^apps\/web\//, contracts, contractsLimits, sdk, libraries, node],
  },
  { files: inServer('core/'), may: [core, contracts, node] },
  // `[name]` is the feature the file is in.
  {
    files: inServer('features/(?<name>[^/]+)/.*\\.repository\\.ts$'),
    may: [core, contracts, node, policy, service, prismaFiles, /^@prisma\/client/],
  },
  { files: inServer('features/(?<name>[^/]+)/'), may: [core, contracts, node, policy, service] },
  { files: inServer('transports/'), may: [core, contracts, node, inServer('transports/'), libraries, /^(hono|@hono\/|@trpc\/|socket\.io)/] },
  { files: inServer('realtime/'), may: [core, contracts, node, inServer('realtime/'), libraries, /^socket\.io/] },
  { files: inServer('infra/'), may: [corePorts, contracts, node, inServer('infra/'), libraries, /^@prisma\//], types: [core] },
];

/** What a file says outside its imports. */
const phrases: readonly { readonly files: RegExp; readonly except: RegExp; readonly phrase: RegExp; readonly why: string }[] = [
  {
    files: inServer(''),
    except: inServer('transports/socket\\.ts$'),
    phrase: /\bsocket\.on\(/,
    why: 'a listener that throws ends the process: only transports/socket.ts wraps them',
  },
  {
    files: inServer(''),
    except: inServer('(realtime/|transports/socket\\.ts$)'),
    phrase: /\bio\./,
    why: 'io belongs to realtime/ and transports/socket.ts',
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
  const own = name ? [feature(name)] : [];
  const wrong = importsOf(code).filter(({ from, typeOnly }) => {
    const target = resolveImport(path, from);
    return ![...layer.may, ...own, ...(typeOnly ? (layer.types ?? []) : [])].some((allowed) => allowed.test(target));
  });
  return [...said, ...wrong.map(({ from, typeOnly }) => `${path}: may not import ${typeOnly ? 'types of ' : ''}${from}`)];
}

const STATEMENT = /\b(?:import|export)\b(?<clause>[^;'"`()]*?)\bfrom\s*(?<q1>['"])(?<from>.+?)\k<q1>/g;
const BARE = /\bimport\s*\(?\s*(?<q2>['"])(?<from>.+?)\k<q2>/g;

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

function importsOf(code: string): Import[] {
  const named = [...code.matchAll(STATEMENT)].map(({ groups }) => ({
    from: groups?.from ?? '',
    typeOnly: isTypeOnly(groups?.clause ?? ''),
  }));
  const bare = [...code.matchAll(BARE)].map(({ groups }) => ({ from: groups?.from ?? '', typeOnly: false }));
  return [...named, ...bare];
}

/** `import type { A }`, or every name in the braces with `type`. */
function isTypeOnly(clause: string): boolean {
  if (/^\s*type\s+[^,]/.test(clause)) return true;
  const names = /^\s*\{(.*)\}\s*$/s.exec(clause)?.[1]?.split(',').filter((name) => name.trim());
  return names?.every((name) => /^\s*type\s/.test(name)) ?? false;
}

function resolveImport(path: string, from: string): string {
  const local = from.startsWith('@/') ? `apps/web/src/${from.slice(2)}` : posix.join(posix.dirname(path), from);
  return /^(\.|@\/)/.test(from) ? local.replace(/\.js$/, '.ts') : from;
}

/** Strings are kept: a comment sign in one is none. */
function withoutComments(source: string): string {
  const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source;
  const comments = /\/\*[\s\S]*?\*\/|\/\/.*/.source;
  return source.replace(new RegExp(`(${strings})|${comments}`, 'g'), (_, text) => text ?? '');
}
