import { cookies } from 'next/headers';
import { demoLogin } from '@/lib/env';
import { answer, isSameOrigin, isSecure, refuse, refuseUnavailable } from '@/server/api';
import { demoCookie, parseDemoName } from '@/server/demo-cookie';
import { demoToken } from '@/server/demo-login';

/** Signs in by name, where that is how people sign in: `{ name }`. */
export async function POST(request: Request): Promise<Response> {
  const login = demoLogin();
  if (login.mode === 'off') return notHere();
  if (!isSameOrigin(request)) return foreign();
  const name = parseDemoName(await request.json().catch(() => null));
  if (name === null) return refuse('BAD_INPUT', 'A name is one line of 1 to 80 characters');
  try {
    await demoToken(login, name); // What can go wrong is to be told here, at the form.
  } catch (error) {
    return refuseUnavailable(error);
  }
  (await cookies()).set(demoCookie(name, isSecure(request)));
  return answer({ name });
}

/** Signs out. */
export async function DELETE(request: Request): Promise<Response> {
  if (demoLogin().mode === 'off') return notHere();
  if (!isSameOrigin(request)) return foreign();
  (await cookies()).set(demoCookie(null, isSecure(request)));
  return answer({});
}

const notHere = () => refuse('NOT_FOUND', 'People sign in through the host app');
const foreign = () => refuse('FORBIDDEN', 'Only pages of this app may do that');
