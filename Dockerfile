# One image for every role: docker-compose.yml says which role a container has. Node runs the source directly,
# so nothing but the pages is built. Claude Code is not in it (docs/docker.md, "Claude Code").

FROM node:26.10.0-trixie-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:26.10.0-trixie-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build-ui.ts scripts/
COPY src src
RUN node scripts/build-ui.ts

FROM node:26.10.0-trixie-slim
# bubblewrap is the sandbox of the worker role; the skills that ship make their files with Python. Workspaces need git, with
# ssh and certificate authorities to reach hosts.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git openssh-client python3 \
    && rm --recursive --force /var/lib/apt/lists/*
WORKDIR /app
COPY --from=libraries /app/node_modules node_modules
COPY . .
COPY --from=pages /app/dist dist
# Two mount points that belong to the user; everything else is root's, and read-only at run time.
RUN ln --symbolic /app/bin/gatehouse /usr/local/bin/gatehouse \
    && ln --symbolic /app/bin/ratelimit /bin/ratelimit \
    && install --directory --owner=1000 --group=1000 .tools/claude-code /var/lib/gatehouse
# The file system is read-only, so there is nowhere to keep compiled code.
ENV NODE_ENV=production NODE_DISABLE_COMPILE_CACHE=1
USER 1000:1000
ENTRYPOINT ["gatehouse"]
CMD ["--help"]
