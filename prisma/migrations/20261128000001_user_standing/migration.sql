-- AlterTable
ALTER TABLE "users" ADD COLUMN     "banned_at" TIMESTAMPTZ(3),
ADD COLUMN     "banned_until" TIMESTAMPTZ(3),
ADD COLUMN     "ban_reason" TEXT,
ADD COLUMN     "tokens_valid_from" TIMESTAMPTZ(3),
ADD COLUMN     "standing_changed_at" TIMESTAMPTZ(3);

-- By hand: each node looks every 2 s for what has changed. Few users ever have a standing.
CREATE INDEX "users_standing_changed_at_idx" ON "users"("standing_changed_at") WHERE "standing_changed_at" IS NOT NULL;
