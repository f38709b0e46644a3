# The server as an image: docker build -t rampwright .
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY provider/package.json provider/
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/prepare.mjs && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/provider provider
COPY --from=build /app/dist dist
# The embedded database's directory, for whoever starts it without PostgreSQL.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
ENV RAMPWRIGHT_HOST=0.0.0.0 RAMPWRIGHT_DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server/main.js"]
