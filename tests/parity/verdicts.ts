import { type ErrorCode, type OperationName, RULES, type Rule } from '@dream-studio/contracts';
import { specOf } from './callers.js';

/** Who calls. `author` is a plain member who wrote the message and started the call; `service` is in no room. */
export const ROLES = ['anonymous', 'outsider', 'exMember', 'member', 'author', 'admin', 'owner', 'service'] as const;
export type CallerRole = (typeof ROLES)[number];
type MemberRole = Exclude<CallerRole, 'anonymous' | 'outsider' | 'exMember' | 'service'>;

/** What is called about. */
export const TARGETS = ['own room', 'other room', 'missing id'] as const;
export type Target = (typeof TARGETS)[number];

export type Verdict = 'OK' | ErrorCode;

const gateAlone = {} as const;
const exceptAdmins = { member: 'FORBIDDEN', author: 'FORBIDDEN' } as const;

/**
 * What a service refuses after the gate let a member in, for the inputs of samples.ts. An operation without a row does
 * not compile.
 */
export const beyondTheGate: Record<OperationName, Partial<Record<MemberRole, ErrorCode>>> = {
  'room.create': gateAlone,
  'room.direct': gateAlone,
  'room.list': gateAlone,
  'room.get': gateAlone,
  'room.update': gateAlone,
  'room.archive': gateAlone,
  'room.sync': gateAlone,
  'room.markRead': gateAlone,
  'room.enter': gateAlone,
  'room.exit': gateAlone,
  'member.list': gateAlone,
  'member.add': gateAlone,
  'member.setRole': gateAlone,
  'member.remove': exceptAdmins,
  'message.create': gateAlone,
  'message.list': gateAlone,
  'message.edit': { member: 'FORBIDDEN', admin: 'FORBIDDEN', owner: 'FORBIDDEN' },
  'message.delete': { member: 'FORBIDDEN' },
  'typing.start': gateAlone,
  'typing.stop': gateAlone,
  'presence.list': gateAlone,
  'call.start': gateAlone,
  'call.answer': gateAlone,
  'call.end': { member: 'FORBIDDEN' },
  'call.get': gateAlone,
  'call.list': gateAlone,
  'user.me': gateAlone,
  'user.search': gateAlone,
  'user.upsert': gateAlone,
  'user.ban': gateAlone,
  'user.unban': gateAlone,
  'user.revoke': gateAlone,
  'auth.refresh': gateAlone,
  'dev.login': gateAlone,
};

/** Roles that each rule lets in; for the others, the code it answers with. */
const mayPass: Record<Rule, readonly CallerRole[]> = {
  anyone: ROLES,
  user: ROLES.slice(1),
  service: ['service'],
  'room.member': ['member', 'author', 'admin', 'owner'],
  'room.admin': ['admin', 'owner'],
  'room.owner': ['owner'],
  'message.visible': ['member', 'author', 'admin', 'owner'],
  'call.visible': ['member', 'author', 'admin', 'owner'],
};

/** The verdict of the table's `auth` column, then of the rules about the loaded row. */
export function verdictOf(name: OperationName, role: CallerRole, target: Target): Verdict {
  const { auth, service } = specOf(name);
  if (role === 'anonymous') return auth.rule === 'anyone' ? 'OK' : 'UNAUTHENTICATED';
  if (!('subject' in auth)) return mayPass[auth.rule].includes(role) ? 'OK' : 'FORBIDDEN';
  const [unseen, forbidden] = RULES[auth.rule] as readonly [ErrorCode, ErrorCode?];
  if (role === 'service') return service && target !== 'missing id' ? 'OK' : unseen;
  if (target !== 'own room' || role === 'outsider' || role === 'exMember') return unseen;
  if (!mayPass[auth.rule].includes(role)) return forbidden as ErrorCode;
  return beyondTheGate[name][role] ?? 'OK';
}
