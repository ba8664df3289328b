-- AlterTable
ALTER TABLE "rooms" ADD COLUMN     "log_floor" BIGINT NOT NULL DEFAULT 0;
