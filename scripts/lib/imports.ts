import { posix } from 'node:path';

const STATEMENT = /\b(?:import|export)\b(?<clause>[^;'"`()]*?)\bfrom\s*(?<q1>['"])(?<from>.+?)\k<q1>/g;
const BARE = /\bimport\s*\(?\s*(?<q2>['"])(?<from>.+?)\k<q2>/g;

export interface Import {
  /** As written. */
  readonly from: string;
  /** A workspace file by its path in the repository, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** The imports and re-exports of one file, by pattern: TypeScript 7 has no parser to call. */
export function importsOf(path: string, code: string): Import[] {
  const named = [...code.matchAll(STATEMENT)].map(({ groups }) => ({
    from: groups?.from ?? '',
    typeOnly: isTypeOnly(groups?.clause ?? ''),
  }));
  const bare = [...code.matchAll(BARE)].map(({ groups }) => ({ from: groups?.from ?? '', typeOnly: false }));
  return [...named, ...bare].map((found) => ({ ...found, target: resolveImport(path, found.from) }));
}

/** `import type { A }`, or every name in the braces with `type`. */
function isTypeOnly(clause: string): boolean {
  if (/^\s*type\s+[^,]/.test(clause)) return true;
  const names = /^\s*\{(.*)\}\s*$/s
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim());
  return names?.every((name) => /^\s*type\s/.test(name)) ?? false;
}

function resolveImport(path: string, from: string): string {
  const local = from.startsWith('@/') ? `apps/web/src/${from.slice(2)}` : posix.join(posix.dirname(path), from);
  return /^(\.|@\/)/.test(from) ? local.replace(/\.js$/, '.ts') : from;
}

/** Strings are kept: a comment sign in one is none. */
export function withoutComments(source: string): string {
  const strings = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/.source;
  const comments = /\/\*[\s\S]*?\*\/|\/\/.*/.source;
  return source.replace(new RegExp(`(${strings})|${comments}`, 'g'), (_, text) => text ?? '');
}
