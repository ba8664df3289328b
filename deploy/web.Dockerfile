# The web app. From the root of the repository: docker build -f deploy/web.Dockerfile -t dream-studio-chat-web .
FROM node:26-bookworm-slim AS build
ENV NEXT_TELEMETRY_DISABLED=1
RUN npm install --global pnpm@12.21.0
WORKDIR /repository
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm exec turbo run build --filter=@dream-studio/web
RUN pnpm --filter=@dream-studio/web --prod --legacy deploy /out
RUN rm -rf /out/.next && cp -r apps/web/.next /out/.next && rm -rf /out/.next/cache

FROM node:26-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY --from=build --chown=node:node /out .
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:3000/`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "node_modules/next/dist/bin/next", "start", "-p", "3000", "--keepAliveTimeout", "75000"]
