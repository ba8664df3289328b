/** A package as it is published. */
export interface Tarball {
  manifest: {
    exports: Record<string, unknown>;
    dependencies?: Record<string, string>;
  };
  /** Paths from the package's root. */
  files: readonly string[];
  read(path: string): string;
}

/** What the package is in the repository. */
export interface Workspace {
  exports: Record<string, unknown>;
  hasSource(path: string): boolean;
}

/** What publint and are-the-types-wrong do not look at; a line for each problem. */
export function tarballProblems({ manifest, files, read }: Tarball, workspace: Workspace): string[] {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };

  for (const name of ['LICENSE', 'README.md']) must(files.includes(name), `lacks ${name}`);
  const [packed, own] = [manifest.exports, workspace.exports].map((exports) => Object.keys(exports).join(' '));
  must(packed === own, `publishConfig.exports has ${packed}, exports has ${own}`);
  must(!JSON.stringify(manifest.exports).includes('"source"'), 'exports a source that is not in it');
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    must(!range.includes(':'), `depends on ${name} by ${range}`);
  }
  for (const file of files) {
    must(!/\.test(-d)?\.|\/test\//.test(file), `${file} is a test`);
    if (file.endsWith('.js'))
      must(hasSource(file, workspace), `${file} is left over from an earlier build: remove dist`);
    if (file.endsWith('.map')) must(isComplete(read(file)), `${file} refers to sources that are not in it`);
    if (/^dist\/react\/.*\.js$/.test(file)) must(/^(['"])use client\1/.test(read(file)), `${file} lacks 'use client'`);
  }
  return problems;
}

function hasSource(file: string, { hasSource }: Workspace): boolean {
  const base = file.replace(/^dist\//, 'src/').replace(/\.js$/, '');
  return hasSource(`${base}.ts`) || hasSource(`${base}.tsx`);
}

function isComplete(map: string): boolean {
  const { sources, sourcesContent } = JSON.parse(map) as { sources: string[]; sourcesContent?: (string | null)[] };
  return sources.every((_, index) => typeof sourcesContent?.[index] === 'string');
}
