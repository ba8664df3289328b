import { events, type LogEntry, type Payload } from '@dream-studio/contracts';
import type { Audience, DurableEvent, Emission } from './ports.js';

type AudienceOf<E extends DurableEvent> = (payload: Payload<E>) => Audience;

/** Those who have the room on a screen. */
const viewers = ({ roomId }: { roomId: number }): Audience => ({ room: roomId });
/** Every member, whatever they are looking at: news that the list of rooms shows too. No socket gets it twice. */
const everyMember = ({ roomId }: { roomId: number }): Audience => ({ room: roomId, membersOf: roomId });
/** The room, and the user it is about, who may not be in it. */
const aboutMember = ({ roomId, userId }: { roomId: number; userId: number }): Audience => ({
  room: roomId,
  users: [userId],
});

/** Who is told of each entry of a room's log: a durable event without a line does not compile. */
const audiences: { [E in DurableEvent]: AudienceOf<E> } = {
  'message:new': viewers,
  'message:edited': viewers,
  'message:deleted': viewers,
  'member:added': aboutMember,
  'member:removed': aboutMember,
  'member:role': aboutMember,
  'room:updated': everyMember,
  'room:archived': everyMember,
  'call:initiated': everyMember,
  'call:answered': everyMember,
  'call:left': everyMember,
  'call:ended': everyMember,
};

/** An entry of a room's log as it is published. */
export function toEmission({ event, payload }: Pick<LogEntry, 'event' | 'payload'>): Emission {
  const audience = (audiences[event] as AudienceOf<DurableEvent>)(payload as Payload<DurableEvent>);
  return { event, audience, payload } as Emission;
}

/** Whether an emission is an entry of a room's log. The first members of a room (`seq` 0) are none. */
export const isEntry = (emission: Emission): emission is Emission<DurableEvent> =>
  events[emission.event].durable && (emission.payload as { seq: number }).seq > 0;
