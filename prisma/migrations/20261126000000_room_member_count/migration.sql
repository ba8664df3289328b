-- AlterTable
ALTER TABLE "rooms" ADD COLUMN     "member_count" INTEGER;
