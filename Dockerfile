# syntax=docker/dockerfile:1
# Static binaries on an empty root: no shell, no package manager, nothing that could be out of date.

FROM docker.io/library/rust:1.95-bookworm AS build
RUN apt-get update && apt-get install -qy --no-install-recommends musl-tools python3 \
 && rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY . .
# The commit that --version names. The context has no repository.
ARG OPENPROSPECT_COMMIT
# Both programs are one executable, which runs as the one that it is called by.
RUN target=$(uname -m)-unknown-linux-musl && export "CC_$(uname -m)_unknown_linux_musl=musl-gcc" \
 && cargo build --locked --profile dist --target "$target" --package contract-tests --bin contract-tests \
 && mkdir /out && cp LICENSE "target/$target/dist/contract-tests" /out/ && ln -s contract-tests /out/mock-server \
 && python3 release/licenses.py "$target" /out/THIRD-PARTY-LICENSES \
 && mkdir -m 1777 /out/tmp # for the files of clients that are judged

FROM scratch
LABEL org.opencontainers.image.title="OpenProspect sandbox" \
      org.opencontainers.image.description="A faithful fake of the OpenProspect API, and the judge of its contract" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /out/ /
USER 65532:65532
# Only here, where the container's own network is all that can reach it; -p decides who else.
ENV MOCK_SERVER_HOST=0.0.0.0 \
    MOCK_SERVER_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/mock-server", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/mock-server"]
