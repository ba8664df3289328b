import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy } from '@/lib/csp';
import { development, serverUrl } from '@/lib/env';

/**
 * Gives each page a Content-Security-Policy with a nonce of its own. Next reads the nonce from the header of the request
 * and puts it on its scripts; `x-nonce` is for scripts that the app renders itself.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentSecurityPolicy(nonce, serverUrl(), development);
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

/** Everything but files of the build, which are the same for everyone. */
export const config = { matcher: '/((?!_next/static|_next/image).*)' };
