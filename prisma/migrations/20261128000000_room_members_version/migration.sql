-- AlterTable
ALTER TABLE "rooms" ADD COLUMN     "members_version" INTEGER NOT NULL DEFAULT 0;

-- By hand: counts the changes of a room's members, so that a statement which waited for the room's lock can tell whether
-- what it had read of them before still holds.
CREATE OR REPLACE FUNCTION count_room_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rooms SET
    member_count = (SELECT count(*) FROM members WHERE room_id = rooms.id),
    members_version = members_version + 1
  WHERE id IN (SELECT room_id FROM changed);
  RETURN NULL;
END $$;
