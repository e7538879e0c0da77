#!/usr/bin/env python3
"""A SIP telephone of another make than phone.py: linphonec, with a tone for a voice and a tone meter for ears.

    linphone.py --peer 127.0.0.1:5060 --listen 127.0.0.1:5096 [--number +493023125102] [--info]

Commands and events are like those of phone.py; missing are expect and calls, and the events registered and tone. One comes
besides: held, when the other side puts it on hold; rtp follows when it is taken back. A command takes up to a second, as
linphonec looks for one only that often. Needs Debian's linphone-cli.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import tone
from lines import directory, end, serve, tell

RATE = 8000
EVENTS = [(re.compile(pattern), name) for pattern, name in (
    (r"Receiving new incoming call from (?P<from>\S+?),", "incoming"), (r"Call \d+ to \S+ ringing", "ringing"),
    (r"Call \d+ to \S+ early media", "progress"), (r"Call \d+ with \S+ connected", "established"),
    (r"Receiving tone (?P<key>\S) from", "key"), (r"Call \d+ has been paused by", "held"),
    (r"Media streams established", "rtp"),
    (r"Call \d+ with \S+ (?P<reason>ended.*|error.*)", "ended"))]
# Values that linphonec takes over from older versions are taken as they are only with ipv6_migration_done.
SETTINGS = """[sip]
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
ipv6_migration_done=1
guess_hostname=0
register_only_when_network_is_up=0
contact=<sip:{number}@{host}:{port}>
use_info={info}
use_rfc2833={rfc4733}
[net]
firewall_policy=0
[rtp]
audio_rtp_port={rtp}
[video]
automatically_initiate=0
automatically_accept=0
[sound]
echocancellation=0
playback_dev_id=
"""


class Phone:
    def __init__(self, args):
        self.args, self.home = args, args.data
        self.ears, self.voice, self.auto = self.home / "ears.wav", self.home / "voice.wav", None
        self.speak(silence=True)

    def start(self):
        host, port = self.args.listen.split(":")
        (self.home / ".local/share/linphone").mkdir(parents=True, exist_ok=True)
        (self.home / "linphonerc").write_text(SETTINGS.format(
            host=host, port=port, number=self.args.number, info=int(self.args.info), rfc4733=int(not self.args.info),
            rtp=self.args.rtp_port))
        program = shutil.which("linphonec") or sys.exit("linphonec is missing; on Debian: apt-get install linphone-cli")
        # Its output is line buffered only on a terminal.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "stdbuf", "-oL", program, "-c", "linphonerc", "-d", "6", "-l", "sip.log"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            cwd=self.home, env={**os.environ, "HOME": str(self.home)})
        self.writing, self.up = threading.Lock(), threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        for line in ("soundcard use files", f"play {self.voice}", f"record {self.ears}"):
            self.type(line)
        if not self.up.wait(20):
            sys.exit("linphonec did not start, see " + str(self.home / "console.log"))

    def type(self, line):
        with self.writing:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def read(self):
        with open(self.home / "console.log", "w") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if str(self.ears) in line:
                    self.up.set()
                for pattern, name in EVENTS:
                    if found := pattern.search(line):
                        self.happened(name, {k: v.strip("<>") for k, v in found.groupdict().items()})
        tell({"event": "gone"})

    def happened(self, name, details):
        tell({"event": name, "at": time.time(), **details})
        if name == "incoming" and self.auto is not None:
            threading.Timer(self.auto / 1000, self.answer).start()

    def answer(self):
        tell({"event": "answered", "at": time.time()})
        self.type("answer")

    def speak(self, hz=None, db=-12, silence=False):
        tone.write_wav(self.voice, None if silence else hz, RATE, 120, db)

    def auto_answer(self, auto=True, delay=0):
        self.auto = delay if auto else None

    def samples(self, start):
        """From sample `start` on; the file has no header yet, but room for one."""
        return tone.pcm(self.ears, 44 + 2 * start) if self.ears.exists() else []

    def hear(self, seconds=2, hz=None, own=None):
        start, deadline = len(self.samples(0)), time.monotonic() + seconds + 1
        heard = []
        while len(heard) < seconds * RATE and time.monotonic() < deadline:
            time.sleep(0.05)
            heard = self.samples(start)
        return tone.analyse(heard, RATE, hz, own)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="host:port to which every call goes")
    parser.add_argument("--listen", required=True, help="address:port")
    parser.add_argument("--number", default="+493023125102", help="what it calls as")
    parser.add_argument("--rtp-port", type=int, default=21000)
    parser.add_argument("--info", action="store_true", help="send digits by SIP INFO, not as telephone events")
    parser.add_argument("--data", type=Path, help="directory for settings, recordings and log; default: a temporary one")
    args = parser.parse_args()
    with directory(args.data, "linphone") as args.data:
        phone = Phone(args)
        phone.start()
        try:
            tell({"event": "ready", "address": args.listen, "log": str(args.data / "sip.log")})
            serve({"speak": phone.speak, "autoAnswer": phone.auto_answer, "answer": phone.answer, "hear": phone.hear,
                   "dial": lambda number=None, uri=None: phone.type(f"call {uri or f'sip:{number}@{args.peer}'}"),
                   "hangup": lambda: phone.type("terminate"), "key": lambda key: phone.type(key),
                   "hold": lambda: phone.type("pause"), "resume": lambda: phone.type("resume")})
        finally:
            end(phone.process)


if __name__ == "__main__":
    main()
