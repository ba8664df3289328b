import { request } from 'node:http';

/** A session of Engine.IO by polling alone, as a browser does it: with the cookies it is given, or without. */
export async function startPolling(url: string, { cookies }: { cookies: boolean }) {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await fetch(address);
  const { sid } = JSON.parse((await opened.text()).slice(1));
  const cookie = cookies
    ? opened.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ')
    : '';
  return {
    cookie,
    /** Sends a packet; resolves with the status. */
    async send(body: string): Promise<number> {
      const headers = { 'content-type': 'text/plain', ...(cookie && { cookie }) };
      const answer = await fetch(`${address}&sid=${sid}`, { method: 'POST', body, headers });
      await answer.text();
      return answer.status;
    },
  };
}

/** A sign-in by a client at this address of the machine, over REST or tRPC; resolves with the status. */
export function signIn(
  url: string,
  localAddress: string,
  headers: Record<string, string> = {},
  path: '/dev/login' | '/trpc/dev.login' = '/dev/login',
): Promise<number> {
  return new Promise((resolve, reject) => {
    const own = { 'content-type': 'application/json', ...headers };
    const sent = request(url + path, { method: 'POST', localAddress, headers: own }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject).end(JSON.stringify({ name: 'Ann' }));
  });
}
