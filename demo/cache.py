"""Where downloaded parts are kept: .cache in the repository, or $CALLBRIDGE_CACHE."""
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("CALLBRIDGE_CACHE", ROOT / ".cache"))


@contextlib.contextmanager
def alone(name):
    """One process at a time prepares this part."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def virtual_environment(name, packages):
    """A Python environment with these packages; made when it is missing or was made for others. Returns its bin."""
    wanted = f"{sys.version} {' '.join(packages)}"
    home = CACHE / name
    with alone(name):
        done = home / "packages"
        if not done.exists() or done.read_text() != wanted:
            shutil.rmtree(home, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", home], check=True, stdout=sys.stderr)
            subprocess.run([home / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
                           check=True, stdout=sys.stderr)
            done.write_text(wanted)
    return home / "bin"
