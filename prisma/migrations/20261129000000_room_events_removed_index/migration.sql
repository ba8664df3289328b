-- By hand: each node looks every 2 s for who has been removed from rooms. Of all entries these are few; all that is asked
-- for is in the index.
CREATE INDEX IF NOT EXISTS "room_events_removed_idx" ON "room_events"("created_at", "room_id", "seq") WHERE "event" = 'member:removed';
