FROM python:3.13-slim-bookworm AS build
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/bot \
    && /opt/bot/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.lock \
    && /opt/bot/bin/python -m pip uninstall --yes --quiet pip
COPY bot /opt/bot/app/bot
RUN /opt/bot/bin/python -m compileall -q /opt/bot

FROM python:3.13-slim-bookworm
RUN useradd --no-log-init --uid 10001 --home-dir /srv/bot --create-home --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /srv/bot/data
COPY --from=build /opt/bot /opt/bot
ENV PATH=/opt/bot/bin:$PATH \
    PYTHONPATH=/opt/bot/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /srv/bot
VOLUME ["/srv/bot/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "bot.health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
