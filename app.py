"""The composition root: settings and `create_app`. Nothing starts when this module is imported.

`python app.py` is what `make run` calls: it prepares the demo (database, shipped bundles, organisation, sample
orders), starts the worker and serves the pages.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
WEAK_KEYS = {"", "dev", "secret", "changeme", "password", "test"}


class Settings(BaseSettings):
    """Everything that may differ between two installations; from the environment (`BANJIE_…`) or `.env`."""

    model_config = SettingsConfigDict(env_prefix="BANJIE_", env_file=".env", extra="ignore")

    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite under `instance/`")
    database_pooled: bool = Field(False, description="through PgBouncer in transaction mode: prepares no statements")
    secret_key: str = Field("", description="signs sessions; empty: made once and kept under `instance/`")
    data_key: str = Field("", description="encrypts personal data (hex, 32 bytes); empty: made once and kept")
    processes_path: Path = Field(ROOT / "processes", description="where the shipped bundles lie")
    forms_path: Path = Field(ROOT / "forms", description="where the shipped forms lie")
    cookie_secure: bool = Field(False, description="set behind TLS, so that cookies never travel in the clear")
    dry_run: bool = Field(True, description="plays a bundle once in a limited child process before it is deployed")
    draw_letters: bool = Field(True, description="draws letters as PDF when they are issued; else when first opened")
    fonts_path: Path | None = Field(None, description="a folder with more fonts for letters; the system's are known")
    demo: bool = Field(False, description="shows the demo accounts on the sign-in page; never in production")
    batch: int = Field(256, description="commands per transaction at most; only a backlog makes so many")
    live_instances: int = Field(5_000, description="instances kept in memory; 5-30 KB each")
    message_days: int = Field(30, description="how long a message that nobody waits for yet is kept")
    worker_tick: float = Field(1.0, description="seconds between two looks at the due rows")
    max_upload_mb: int = Field(32, description="largest request body")
    port: int = Field(8000, description="where gunicorn serves, and `make run`")
    web_processes: int = Field(1, description="processes of gunicorn; one per host batches best")
    web_threads: int = Field(16, description="requests answered at once in each of them")
    metrics_token: str = Field("", description="what Prometheus must show to read /metrics; empty: only this host may")
    log_level: str = Field("info", description="debug, info (a line per request), warning or error")


def create_app(overrides: dict[str, Any] | None = None) -> APIFlask:
    """The application. `overrides` are setting names (lower case) or Flask's own keys (upper case), for tests."""
    overrides = overrides or {}
    settings = Settings(**{k: v for k, v in overrides.items() if k.islower()})
    instance = Path(overrides.get("INSTANCE_PATH", ROOT / "instance"))
    app = APIFlask(
        "banjie", instance_path=str(instance), root_path=str(ROOT / "web"), json_errors=False, docs_path=None
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=_kept(settings.secret_key, instance / "secret_key"),
        DATA_KEY=_kept(settings.data_key, instance / "data_key"),
        SQLALCHEMY_DATABASE_URI=database_url(settings, instance),
        SQLALCHEMY_ENGINE_OPTIONS=_options(settings),
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 2**20,
        DEMO=settings.demo,
        DRY_RUN=settings.dry_run,
        **{k: v for k, v in overrides.items() if k.isupper()},
    )
    import engine
    import web
    from web import simulation

    engine.init_app(app)
    web.init_app(app)
    simulation.init_app(app, create_app)
    return app


def database_url(settings: Settings, instance: Path) -> str:
    """The URL SQLAlchemy opens; `postgresql://` is read as psycopg 3's."""
    url = settings.database_url
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'banjie.db'}"
    return url.replace("postgresql://", "postgresql+psycopg://", 1) if url.startswith("postgresql://") else url


def _options(settings: Settings) -> dict[str, Any]:
    """How databases are opened. A connection may have died with its server; rows must not get into a log."""
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if settings.database_url.startswith("postgresql"):
        options["pool_size"] = settings.web_threads + 2  # no thread waits for another's, the engine's least of all
    if settings.database_pooled:
        options["connect_args"] = {"prepare_threshold": None}
    return options


def _kept(value: str, path: Path) -> str:
    """A key from the settings, or one made at first start and kept; a guessable one is refused."""
    if not value:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(secrets.token_hex(32))
            path.chmod(0o600)
        return path.read_text().strip()
    if value.lower() in WEAK_KEYS or len(value) < 16:
        raise SystemExit("BANJIE_SECRET_KEY / BANJIE_DATA_KEY: too easy to guess; use at least 16 random characters")
    return value


if __name__ == "__main__":
    from web.serve import main

    main()
