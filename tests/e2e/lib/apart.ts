import { freePort, type Run, runNode, runWeb, serverMain } from './system.js';

/** A web app whose chat server can be stopped and started while it runs: what `pnpm start` runs ends with its server. */
export interface Apart extends AsyncDisposable {
  readonly webUrl: string;
  readonly serverUrl: string;
  stopServer(): Promise<void>;
  /** Resolves once it takes connections, on the data it had before. */
  startServer(): Promise<void>;
}

/** `on`: the web app makes the tokens, as a host app does, so that it knows who is signed in without the chat server. */
export async function startApart(dataDir: string, login: 'dev' | 'on' = 'dev'): Promise<Apart> {
  const auth = login === 'on' ? { AUTH_JWT_SECRET: 'a secret of the tests, long enough'.padEnd(40, '.') } : {};
  const serverPort = String(await freePort());
  const serverUrl = `http://localhost:${serverPort}`;
  const web = await runWeb({
    NEXT_PUBLIC_SOCKET_URL: serverUrl,
    SOCKET_IO_PORT: serverPort,
    WEB_DEMO_LOGIN: login,
    ...auth,
    NEXT_TELEMETRY_DISABLED: '1',
  });
  const env = {
    SOCKET_IO_PORT: serverPort,
    SOCKET_IO_CORS_ORIGIN: web.url,
    DATA_DIR: dataDir,
    RATE_LIMIT_FACTOR: '100',
    ...auth,
  };
  let server: Run | undefined;
  const stopServer = async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  };
  const startServer = async () => {
    server = runNode([serverMain], env);
    await server.printed('listening');
  };
  await startServer();
  return {
    webUrl: web.url,
    serverUrl,
    stopServer,
    startServer,
    async [Symbol.asyncDispose]() {
      await stopServer();
      await web[Symbol.asyncDispose]();
    },
  };
}
