# The chat server. From the root of the repository: docker build -f deploy/server.Dockerfile -t dream-studio-chat-server .
FROM node:26-bookworm-slim AS build
RUN npm install --global pnpm@12.21.0
WORKDIR /repository
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm exec turbo run build --filter=@dream-studio/server
RUN pnpm --filter=@dream-studio/server --prod --legacy deploy /out/apps/server
# The server looks for them beside `apps`.
RUN mkdir -p /out/prisma && cp -r prisma/migrations /out/prisma/migrations

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=node:node /out .
USER node
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SOCKET_IO_PORT || 3001}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm between: SIGTERM reaches the server, which lets calls under way finish.
CMD ["node", "apps/server/dist/main.js"]
