# Builds the wheel, installs it by hash-checked locks, and runs the console script as an unprivileged user.
#   docker build -t threadfast .
#   docker run --init -it -v threadfast:/data threadfast chat
# Code that agents write needs user namespaces; without a security profile that allows them, code is refused with the
# reason and everything else works.

FROM python:3.11-slim AS build
WORKDIR /source
COPY requirements-build.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY bot bot
COPY adapters adapters
COPY agents agents
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11-slim
# PYTHONSAFEPATH: a folder of the same name in the working folder must not shadow our packages (docs/decisions/0001).
ENV PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    THREADFAST_DATA_FOLDER=/data \
    THREADFAST_CACHE_FOLDER=/data/cache
COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock
COPY --from=build /wheels /tmp/wheels
RUN pip install --no-cache-dir --no-deps /tmp/wheels/*.whl \
    && rm -r /tmp/wheels /tmp/requirements.lock \
    && useradd --system --uid 10001 --create-home threadfast \
    && install -d -o threadfast -g threadfast /data
USER threadfast
WORKDIR /data
VOLUME /data
ENTRYPOINT ["threadfast"]
CMD ["run"]
