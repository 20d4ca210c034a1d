# syntax=docker/dockerfile:1
# Static binaries on an empty root: no shell, no package manager, nothing that could be out of date.

FROM docker.io/library/rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The GNU target can link statically; unlike the musl one it needs nothing installed. Naming it keeps the
# flags away from what runs while building. Chance comes from the kernel itself: a static binary does not
# find its C library's way there, and an empty root may have no /dev.
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
 && RUSTFLAGS='-C target-feature=+crt-static --cfg getrandom_backend="linux_getrandom"' \
    cargo build --locked --profile dist --target "$target" --bin mock-server --bin contract-tests \
 && mkdir /out && cp "target/$target/dist/mock-server" "target/$target/dist/contract-tests" /out/

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
