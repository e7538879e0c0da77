#!/usr/bin/env python3
"""Runs the image's own start command without Docker: files, paths, working directory and command are read from the Dockerfile,
laid out in a temporary folder, and started as the image would. Passes when the image's health check does and SIGTERM ends it.

What it can't tell: whether the base images exist and the packages install.
"""
import glob
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def last_stage():
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip().split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    start = max(i for i, line in enumerate(lines) if line[0] == "FROM")
    return lines[start + 1:]


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def configure(folder, web):
    folder.mkdir(parents=True)
    (folder / "registration.yaml").write_text(json.dumps({
        "id": "callbridge", "url": f"http://127.0.0.1:{web}", "as_token": secrets.token_hex(), "hs_token": secrets.token_hex(),
        "sender_localpart": "_sip_bot", "rate_limited": False, "protocols": ["m.protocol.pstn"],
        "namespaces": {"users": [{"exclusive": True, "regex": "@_sip_.*:localhost"}], "aliases": [], "rooms": []}}))
    (folder / "callbridge.yaml").write_text(json.dumps({
        "server": {"address": "127.0.0.1"},
        "callbridge": {"homeserver": {"name": "localhost", "url": f"http://127.0.0.1:{free_port()}"},
                       "registration": str(folder / "registration.yaml"), "sip": {"listen": f"127.0.0.1:{free_port()}"},
                       "media": {"listen": "127.0.0.1", "webrtc-port": free_port(socket.SOCK_DGRAM), "rtp-ports": "31000-31099"}}}))


def main():
    stage = Path(tempfile.mkdtemp(prefix="callbridge-image-"))
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    workdir, entrypoint, command, health = "/", [], [], None
    for word, rest in last_stage():
        if word == "COPY" and "--from=eclipse-temurin" not in rest:
            *sources, target = shlex.split(re.sub(r"--from=\S+", "", rest))
            for source in sources:
                found = glob.glob(str(ROOT / source.replace("/build/", "", 1))) if "--from=build" in rest else [str(ROOT / source)]
                if not found:
                    sys.exit(f"check_start: {source} is missing; build the jar first")
                to = stage / target.lstrip("/")
                to = to / Path(source).name if target.endswith("/") else to
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(found[0], to)
        elif word == "ENV":
            name, value = rest.split("=", 1)
            environment[name] = value
        elif word == "WORKDIR":
            workdir = rest
        elif word == "ENTRYPOINT":
            entrypoint = json.loads(rest)
        elif word == "CMD":
            command = json.loads(rest)
        elif word == "HEALTHCHECK":
            health = json.loads(rest[rest.index("["):])
    home = subprocess.run(["bash", "-c", f'root={shlex.quote(str(ROOT))}; source "$root/bin/lib.sh"; find_java; echo "$JAVA_HOME"'],
                          capture_output=True, text=True).stdout.strip() or sys.exit("check_start: JDK 25 is missing")
    web = free_port()
    environment |= {"JAVA_HOME": home, "SERVER_PORT": str(web), "HOME": str(stage / workdir.lstrip("/"))}
    configure(stage / workdir.lstrip("/") / "config", web)
    start = [str(stage / entrypoint[0].lstrip("/")), *entrypoint[1:], *command]
    log = stage / "log"
    with open(log, "wb") as out:
        bridge = subprocess.Popen(start, cwd=stage / workdir.lstrip("/"), env=environment, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=out, start_new_session=True)
    passed, complaint = False, "the health check did not pass within 90 s"
    deadline = time.monotonic() + 90
    try:
        while time.monotonic() < deadline and not passed:
            if bridge.poll() is not None:
                complaint = f"it ended with {bridge.returncode}"
                break
            passed = subprocess.run(health, env=environment, stderr=subprocess.DEVNULL).returncode == 0
            time.sleep(0.2)
        if passed:
            bridge.terminate()
            try:
                code = bridge.wait(30)
                passed, complaint = code in (0, 143), f"SIGTERM ended it with {code}"
            except subprocess.TimeoutExpired:
                passed, complaint = False, "SIGTERM did not end it within 30 s"
    finally:
        if bridge.poll() is None:
            bridge.terminate()
            try:
                bridge.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(bridge.pid, signal.SIGKILL)
    if not passed:
        print(log.read_text(errors="replace")[-4000:])
        sys.exit(f"check_start: {' '.join(start)}: {complaint}; log: {log}")
    shutil.rmtree(stage)
    print("the image's start command works: " + " ".join([*entrypoint, *command]))


if __name__ == "__main__":
    main()
