# The bridge as an image. Build: docker build -t callbridge .
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY src src
COPY db db
RUN --mount=type=cache,target=/root/.m2 mvn -B --no-transfer-progress -DskipTests package

# Debian, because the native libraries of sound and PostgreSQL want glibc; Java comes from Temurin's own image.
FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/callbridge --create-home callbridge
COPY --from=eclipse-temurin:25-jre /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
COPY bin/callbridge bin/lib.sh /opt/callbridge/bin/
COPY --from=build /build/target/callbridge-*.jar /opt/callbridge/callbridge.jar

# Here it looks for config/callbridge.yaml, and keeps data/ unless another database is set.
WORKDIR /var/lib/callbridge
USER callbridge
# Healthy while the homeserver could reach it. SERVER_PORT is also how Spring is told another port than 29400.
HEALTHCHECK --start-period=60s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-29400}"]
ENTRYPOINT ["/opt/callbridge/bin/callbridge"]
CMD ["run"]
