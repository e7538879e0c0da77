#!/usr/bin/env python3
"""A telephone company whose customers register: Kamailio as registrar and proxy, on UDP (see kamailio.cfg).

    provider.py --account bridge=+493023125200,+493023125201 --account +493023125100 [--listen 127.0.0.1:5080] [--data DIR]

An account is a customer's name, and the numbers under which it is called; without any its name is its number. Passwords are
drawn anew, and written to DIR/NAME.password. Every call needs one, too (digest, MD5).

Standard output first says {"event": "ready", "address": "127.0.0.1:5080", "passwords": DIR, "realm": ...}. Command: quit.
Events: asked (for a password), registered, unregistered; each with "account" and "at". Needs Debian's kamailio.
"""
import argparse
import os
import re
import secrets
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

from lines import child, directory, end, serve, tell
from phone import free_port

CONFIGURATION = Path(__file__).resolve().parent / "kamailio.cfg"
REALM = "telephones.example"
SAID = re.compile(r"<script>: (asked|registered|unregistered) (\S+)")


def write(args):
    """The configuration, and the password of each account."""
    lines = ["event_route[htable:mod-init] {"]
    for account in args.account:
        name, _, numbers = account.partition("=")
        password = secrets.token_urlsafe(18)
        secret(args.data / f"{name}.password", password)
        lines.append(f'    $sht(passwords=>{name}) = "{password}";')
        lines += [f'    $sht(numbers=>{number}) = "{name}";' for number in (numbers or name).split(",")]
    secret(args.data / "accounts.cfg", "\n".join([*lines, "}"]) + "\n")
    (args.data / "listen.cfg").write_text(f"listen=udp:{args.listen}\n")
    shutil.copy(CONFIGURATION, args.data)


def secret(file, text):
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)


def start(args):
    program = shutil.which("kamailio", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not program:
        sys.exit("kamailio is missing; on Debian: apt-get install kamailio")
    write(args)
    log = args.data / "kamailio.log"
    with open(log, "wb") as out:
        process = child([program, "-f", args.data / "kamailio.cfg", "-DD", "-E", "-m", "16", "-M", "4", "-Y", args.data],
                        "TERM", stdout=out, stderr=out, cwd=args.data)
    deadline = time.monotonic() + 10
    while not answers(args.listen):
        if process.poll() is not None or time.monotonic() > deadline:
            end(process)
            sys.exit("Kamailio did not start:\n" + log.read_text(errors="replace")[-2000:])
    threading.Thread(target=follow, args=(log, process), daemon=True).start()
    return process, log


def answers(address):
    """Whether somebody answers OPTIONS there within 0.2 s."""
    host, _, port = address.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((host, 0))
        s.settimeout(0.2)
        own = "%s:%d" % s.getsockname()
        s.sendto((f"OPTIONS sip:{address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bK{secrets.token_hex(8)}\r\n"
                  f"Max-Forwards: 70\r\nFrom: <sip:probe@{own}>;tag={secrets.token_hex(4)}\r\nTo: <sip:{address}>\r\n"
                  f"Call-ID: {secrets.token_hex(8)}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n").encode(),
                 (host, int(port)))
        try:
            return s.recv(2000).startswith(b"SIP/2.0 200")
        except OSError:
            time.sleep(0.05)
            return False


def follow(log, process):
    """Tells what the configuration's xlog lines say."""
    with open(log, encoding="utf-8", errors="replace") as file:
        line = ""
        while process.poll() is None:
            line += file.readline()
            if not line.endswith("\n"):
                time.sleep(0.02)
                continue
            if said := SAID.search(line):
                tell({"event": said[1], "account": said[2], "at": time.time()})
            line = ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--account", action="append", required=True, help="NAME or NAME=NUMBER,NUMBER")
    parser.add_argument("--listen", help="address:port; default 127.0.0.1 and a free port")
    parser.add_argument("--data", type=Path, help="directory for configuration, passwords and log; default: a temporary one")
    args = parser.parse_args()
    args.listen = args.listen or f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    with directory(args.data, "provider") as args.data:
        process, log = start(args)
        try:
            tell({"event": "ready", "address": args.listen, "passwords": str(args.data), "realm": REALM, "log": str(log)})
            serve({})
        finally:
            end(process)


if __name__ == "__main__":
    main()
