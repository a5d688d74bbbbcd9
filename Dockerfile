FROM python:3.11-slim-bookworm

RUN useradd --system --create-home --home-dir /home/zuruf zuruf && install -d -o zuruf -g zuruf -m 700 /data
WORKDIR /opt/zuruf

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY classifier ./classifier
COPY templates ./templates
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e .

ENV PYTHONUNBUFFERED=1 ZURUF_HOST=0.0.0.0 ZURUF_PORT=8000 ZURUF_DATA_DIR=/data
USER zuruf
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["zuruf", "serve"]
