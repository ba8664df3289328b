import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (folder: string): { dependencies: Record<string, string>; devDependencies: Record<string, string> } =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** Writes files below a folder, making the folders they need. */
export function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** An app as create-next-app makes one (TypeScript, app router), with a sign-in of its own: `/sign-in?id=1&name=Ann`. */
export function newNextApp(): Record<string, string> {
  const { dependencies, devDependencies } = manifest('apps/web');
  const { devDependencies: tools } = manifest('.');
  return {
    'package.json': json({
      name: 'my-app',
      version: '0.1.0',
      private: true,
      scripts: { dev: 'next dev', build: 'next build', start: 'next start' },
      dependencies: { next: dependencies.next, react: dependencies.react, 'react-dom': dependencies['react-dom'] },
      devDependencies: {
        '@types/node': tools['@types/node'],
        '@types/react': devDependencies['@types/react'],
        '@types/react-dom': devDependencies['@types/react-dom'],
        typescript: tools.typescript,
      },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2017',
        lib: ['dom', 'dom.iterable', 'esnext'],
        allowJs: true,
        skipLibCheck: true,
        strict: true,
        noEmit: true,
        esModuleInterop: true,
        module: 'esnext',
        moduleResolution: 'bundler',
        resolveJsonModule: true,
        isolatedModules: true,
        jsx: 'react-jsx',
        incremental: true,
        plugins: [{ name: 'next' }],
        paths: { '@/*': ['./*'] },
      },
      include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts', '.next/dev/types/**/*.ts', '**/*.mts'],
      exclude: ['node_modules'],
    }),
    'next.config.ts': `import type { NextConfig } from 'next';\n\nexport default {} satisfies NextConfig;\n`,
    'app/layout.tsx': `import type { ReactNode } from 'react';

export default function RootLayout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}\n`,
    'app/page.tsx': 'export default function Home() {\n  return <h1>Home</h1>;\n}\n',
    'app/session.ts': `import { cookies } from 'next/headers';

export async function currentUser(): Promise<{ id: number; name: string } | null> {
  const session = (await cookies()).get('session');
  return session ? JSON.parse(session.value) : null;
}\n`,
    'app/sign-in/route.ts': `import { cookies } from 'next/headers';

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const session = { id: Number(searchParams.get('id')), name: searchParams.get('name') };
  (await cookies()).set('session', JSON.stringify(session), { httpOnly: true });
  return new Response('Signed in');
}\n`,
  };
}
