#!/usr/bin/env python3
"""A throw-away Synapse: a homeserver that starts in seconds and ends with its standard input.

    synapse.py --install                 only makes its virtual environment (about 1 minute the first time)
    synapse.py --data DIR [options]      runs it; needs Python 3.10 to 3.13 with venv

Standard output first says {"event": "ready", "url": ..., "log": ...}, then answers to JSON lines:

    {"id": 1, "do": "user", "name": "alice", "password": "...", "admin": false}
        registers the user (or logs it in, if there) -> {"user_id", "access_token", "device_id", "password"}
    {"id": 2, "do": "quit"}
"""
import argparse
import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from cache import virtual_environment
from lines import child, end, serve, tell

VERSION = os.environ.get("SYNAPSE_VERSION", "1.163.2")

# Limits so high that nothing meets them. Without these keys Synapse applies its own.
PLENTY = {"per_second": 1000, "burst_count": 1000}
RELAXED = {
    "rc_message": PLENTY,
    "rc_registration": PLENTY,
    "rc_login": {"address": PLENTY, "account": PLENTY, "failed_attempts": PLENTY},
    "rc_joins": {"local": PLENTY, "remote": PLENTY},
    "rc_joins_per_room": PLENTY,
    "rc_invites": {"per_room": PLENTY, "per_user": PLENTY, "per_issuer": PLENTY},
    "rc_room_creation": PLENTY,
    "rc_presence": {"per_user": PLENTY},
    "rc_delayed_event_mgmt": PLENTY,
}


def install():
    return virtual_environment("synapse", [f"matrix-synapse=={VERSION}"]) / "python"


def configuration(args, secret):
    home = args.data
    config = {
        "server_name": args.server_name,
        "public_baseurl": f"http://{args.listen}:{args.port}/",
        "pid_file": str(home / "synapse.pid"),
        "report_stats": False,
        "listeners": [{
            "port": args.port, "bind_addresses": [args.listen], "type": "http", "tls": False,
            "resources": [{"names": ["client"], "compress": False}],
        }],
        "database": {"name": "sqlite3", "args": {"database": str(home / "synapse.db")}},
        "log_config": str(home / "log.json"),
        "media_store_path": str(home / "media"),
        "signing_key_path": str(home / "signing.key"),
        "macaroon_secret_key": secrets.token_hex(),
        "form_secret": secrets.token_hex(),
        "registration_shared_secret": secret,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "url_preview_enabled": False,
        "enable_registration": False,
        "bcrypt_rounds": 4,
        "experimental_features": {"msc2409_to_device_messages_enabled": True},      # to application services too
        "app_service_config_files": [str(Path(f).resolve()) for f in args.registration],
    }
    if args.limits == "relaxed":
        config |= RELAXED
    if args.merge:
        config |= json.loads(Path(args.merge).read_text())
    return config


def log_configuration(home):
    return {
        "version": 1,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(request)s %(message)s"}},
        "filters": {"context": {"()": "synapse.logging.context.LoggingContextFilter", "request": ""}},
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(home / "synapse.log"),
                              "formatter": "line", "filters": ["context"]}},
        "loggers": {"synapse.storage.SQL": {"level": "INFO"}},
        "root": {"level": "INFO", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }


def start(args, secret):
    python = install()
    home = args.data
    home.mkdir(parents=True, exist_ok=True)
    (home / "homeserver.json").write_text(json.dumps(configuration(args, secret), indent=2))     # JSON is YAML too
    (home / "log.json").write_text(json.dumps(log_configuration(home), indent=2))
    if not (home / "signing.key").exists():
        subprocess.run([python.parent / "generate_signing_key", "-o", home / "signing.key"], check=True)
    with open(home / "console.log", "ab") as console:
        server = child([python, "-m", "synapse.app.homeserver", "-c", home / "homeserver.json"], cwd=home,
                       stdout=console, stderr=console)
    deadline = time.monotonic() + args.wait
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"Synapse ended with {server.returncode}:\n" + (home / "console.log").read_text()[-3000:])
        try:
            urllib.request.urlopen(args.url + "/_matrix/client/versions", timeout=2).read()
            return server
        except OSError:
            time.sleep(0.1)
    end(server)
    sys.exit(f"Synapse did not answer within {args.wait} s, see {home}/synapse.log")


def user(url, secret, name, password=None, admin=False):
    """Shared-secret registration: it is free of rate limits, unlike a log-in. A user that exists is logged in."""
    password = password or secrets.token_hex(8)
    path = url + "/_synapse/admin/v1/register"
    nonce = call(path)["nonce"]
    parts = [nonce, name, password, "admin" if admin else "notadmin"]
    mac = hmac.new(secret.encode(), b"\0".join(p.encode() for p in parts), hashlib.sha1).hexdigest()
    try:
        answer = call(path, {"nonce": nonce, "username": name, "password": password, "admin": admin,
                             "displayname": name.capitalize(), "mac": mac})
    except urllib.error.HTTPError as e:
        if json.loads(e.read()).get("errcode") != "M_USER_IN_USE":
            raise
        answer = call(url + "/_matrix/client/v3/login", {
            "type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}, "password": password})
    return answer | {"password": password}


def call(target, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(target, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def free_port(listen):
    with socket.create_server((listen, 0)) as server:
        return server.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--data", type=Path, help="directory for configuration, database and log")
    parser.add_argument("--listen", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--server-name", default="localhost")
    parser.add_argument("--registration", action="append", default=[], metavar="FILE",
                        help="of an application service; repeatable")
    parser.add_argument("--limits", choices=["default", "relaxed"], default="default",
                        help="rate limits: Synapse's own, or so high that nothing meets them")
    parser.add_argument("--merge", metavar="FILE", help="JSON object laid over the generated configuration")
    parser.add_argument("--wait", type=int, default=60, help="seconds until the start counts as failed")
    args = parser.parse_args()
    if args.install:
        print(install())
        return
    if not args.data:
        parser.error("--data is missing")
    args.data = args.data.resolve()
    args.port = args.port or free_port(args.listen)
    args.url = f"http://{args.listen}:{args.port}"
    secret_file = args.data / "registration-secret"
    secret = secret_file.read_text() if secret_file.exists() else secrets.token_hex()
    args.data.mkdir(parents=True, exist_ok=True)
    secret_file.write_text(secret)
    server = start(args, secret)
    try:
        tell({"event": "ready", "url": args.url, "log": str(args.data / "synapse.log")})
        serve({"user": lambda **given: user(args.url, secret, **given)})
    finally:
        end(server)


if __name__ == "__main__":
    main()
