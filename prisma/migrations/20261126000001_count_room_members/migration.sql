-- By hand: a room's count of members is kept by the database, so that it is right whoever writes, an older server too.
-- Whoever changes members holds the room's row lock, so the count is that of all of them. Rooms whose members have not
-- changed since have none yet: filling it for all at once would lock every room. In a migration of its own, which locks
-- one table only: writers take those of rooms and members in either order.
CREATE FUNCTION count_room_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE rooms SET member_count = (SELECT count(*) FROM members WHERE room_id = rooms.id)
  WHERE id IN (SELECT room_id FROM changed);
  RETURN NULL;
END $$;

CREATE TRIGGER members_inserted AFTER INSERT ON members REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_room_members();

CREATE TRIGGER members_deleted AFTER DELETE ON members REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_room_members();
