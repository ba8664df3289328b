import type { Member } from '@dream-studio/sdk';
import { matches } from '@/lib/match';

export type MemberListRow =
  | { kind: 'group'; key: string; title: string; count: number }
  | { kind: 'member'; key: string; member: Member; online: boolean };

const RANK: Record<Member['role'], number> = { OWNER: 0, ADMIN: 1, MEMBER: 2 };
const names = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

const byRankAndName = (a: Member, b: Member) =>
  RANK[a.role] - RANK[b.role] || names.compare(a.user.name, b.user.name) || a.userId - b.userId;

/** The members whose name matches `query`: those online, then the others; owner and admins first in both. */
export function memberRows(members: readonly Member[], onlineIds: ReadonlySet<number>, query: string): MemberListRow[] {
  const found = members.filter((member) => matches(member.user.name, query)).sort(byRankAndName);
  return [
    ...group(
      'Online',
      found.filter((member) => onlineIds.has(member.userId)),
      true,
    ),
    ...group(
      'Offline',
      found.filter((member) => !onlineIds.has(member.userId)),
      false,
    ),
  ];
}

function group(title: string, members: readonly Member[], online: boolean): MemberListRow[] {
  if (members.length === 0) return [];
  return [
    { kind: 'group', key: title, title, count: members.length },
    ...members.map((member) => ({ kind: 'member' as const, key: `member-${member.userId}`, member, online })),
  ];
}

/** Who the owner's room goes to when the owner leaves: the longest-standing admin, else member; null with nobody left. */
export function successor(members: readonly Member[], ownerId: number): Member | null {
  const others = members.filter((member) => member.userId !== ownerId);
  const admins = others.filter((member) => member.role === 'ADMIN');
  const [first] = (admins.length > 0 ? admins : others).toSorted(
    (a, b) => Date.parse(a.joinedAt) - Date.parse(b.joinedAt) || a.userId - b.userId,
  );
  return first ?? null;
}
