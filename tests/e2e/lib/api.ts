/** Someone who uses the server without a browser: to fill rooms, and to be the other side. */
export interface ApiPerson {
  readonly id: number;
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  post(roomId: number, content: string, more?: object): Promise<unknown>;
}

export async function apiPerson(serverUrl: string, name: string): Promise<ApiPerson> {
  const login = await fetch(`${serverUrl}/dev/login`, { method: 'POST', body: JSON.stringify({ name }) });
  const { token } = (await login.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call: ApiPerson['call'] = async (method, path, body) => {
    const response = await fetch(`${serverUrl}/shared/chat${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const me = await call('GET', '/users/me');
  return {
    id: me.id as number,
    call,
    post: (roomId, content, more = {}) => call('POST', `/rooms/${roomId}/messages`, { content, ...more }),
  };
}

/** A new room of that person with others in it; returns its id. */
export async function apiRoom(owner: ApiPerson, name: string, memberIds: number[]): Promise<number> {
  return (await owner.call('POST', '/rooms', { name, memberIds })).id as number;
}

/** Ids of people by their names, as far as the server knows them. */
export async function idOf(person: ApiPerson, name: string): Promise<number> {
  const found = await person.call('GET', `/users?q=${encodeURIComponent(name)}`);
  const user = (found.items as { id: number; name: string }[]).find((one) => one.name === name);
  if (!user) throw new Error(`nobody is called ${name}`);
  return user.id;
}
