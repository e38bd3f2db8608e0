# syntax=docker/dockerfile:1

# The package as `npm pack` makes it.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm pack --pack-destination /tmp \
 && mkdir /bellcrank \
 && tar -xzf /tmp/bellcrank-*.tgz -C /bellcrank --strip-components=1 \
 && cp package-lock.json /bellcrank/

# What it depends on, by the lock file. Nothing is compiled: serial ports and pseudo-terminals come as prebuilt files.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /opt/bellcrank
COPY --from=build /bellcrank/ ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# tini passes signals on and reaps; udev names serial ports.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini udev \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/bellcrank
COPY --from=dependencies /opt/bellcrank/ /opt/bellcrank/
COPY examples/docker/healthcheck.js /opt/bellcrank/
RUN ln -s /opt/bellcrank/bin/bellcrank.js /usr/local/bin/bellcrank
# Nobody reaches loopback of a container from outside. Without a key the service refuses to listen there (docs/docker.md).
ENV NODE_ENV=production \
    BELLCRANK_HOST=0.0.0.0 \
    BELLCRANK_PORT=7080 \
    BELLCRANK_STORE__DIRECTORY=/var/lib/bellcrank
USER 10001:10001
WORKDIR /etc/bellcrank
VOLUME /var/lib/bellcrank
EXPOSE 7080
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["node", "/opt/bellcrank/healthcheck.js"]
ENTRYPOINT ["tini", "--", "bellcrank"]
CMD ["serve", "--config", "/etc/bellcrank/bellcrank.yaml"]
