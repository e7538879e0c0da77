#!/usr/bin/env python3
"""A SIP telephone: baresip with a tone for a voice and a tone meter for ears, driven by JSON lines (see lines.py).

    phone.py --peer 127.0.0.1:5060 --number +493023125100 [--codecs PCMA,PCMU,G722] ...

Standard output first says {"event": "ready", "address": "127.0.0.1:5090", ...}. Commands:

    speak      {"hz": 440, "db": -12} or {"silence": true}      what the next call's far end hears
    expect     {"hz": 880}              the event `tone` tells when this is first heard in the next call
    dial       {"number": "+4930901820"} or {"uri": "sip:..."}
    autoAnswer {"delay": 300} or {"auto": false}                milliseconds of ringing
    answer     {}
    hangup     {}                       also declines a call and gives one up
    key        {"key": "5"}             DTMF
    hold, resume                        {}
    hear       {"seconds": 2, "hz": 880, "own": 440}            the tone analysis of tone.py over the next seconds
    calls      {}                       baresip's list, as text
    quit

Events: registered (once), ringing, progress, incoming (with "from"), answered (by us), established, rtp, tone
(with "hz"), key, ended (with "reason"); each has "at", in seconds since 1970. Needs Debian's baresip-core.
"""
import argparse
import json
import os
import re
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import tone
from lines import child, directory, end, serve, tell

EVENTS = {"CALL_INCOMING": "incoming", "CALL_RINGING": "ringing", "CALL_PROGRESS": "progress",
          "CALL_ESTABLISHED": "established", "CALL_RTPESTAB": "rtp", "CALL_CLOSED": "ended", "CALL_DTMF_START": "key"}
CODECS = {"PCMU": "PCMU/8000/1", "PCMA": "PCMA/8000/1", "G722": "G722/16000/1"}
MODULES = ["stdio", "g711", "g722", "aufile", "sndfile", "aubridge", "uuid", "srtp"]
SRTP = {"off": "", "optional": ";mediaenc=srtp", "required": ";mediaenc=srtp-mand"}


class Phone:
    def __init__(self, args):
        self.args, self.home = args, args.data
        self.voice = self.home / "voice.wav"
        self.auto = self.expected = self.recording = None
        self.rate = 16000 if args.codecs[0] == "G722" else 8000
        self.speak(silence=True)

    def profile(self, control):
        host, port = self.args.listen
        modules = next((p for p in Path("/usr/lib").glob("**/baresip/modules") if (p / "g711.so").exists()), None)
        if not modules or not shutil.which("baresip"):
            sys.exit("baresip is missing; on Debian: apt-get install baresip-core")
        lines = [f"sip_listen {host}:{port}", "poll_method epoll", "call_local_timeout 120", "call_max_calls 4",
                 f"audio_player aubridge,ears{port}", f"audio_source aufile,{self.voice}",
                 f"ausrc_srate {self.rate}", f"auplay_srate {self.rate}", "ausrc_channels 1", "auplay_channels 1",
                 "audio_txmode poll", f"rtp_ports {self.args.rtp_ports}", "rtcp_mux no", "jitter_buffer_delay 1-10",
                 f"net_interface {host}", f"module_path {modules}", f"snd_path {self.home}",
                 *[f"module {m}.so" for m in MODULES], "module_tmp account.so", "module_app menu.so",
                 "module_app ctrl_tcp.so", f"ctrl_tcp_listen 127.0.0.1:{control}", "statmode_default off"]
        (self.home / "config").write_text("\n".join(lines) + "\n")
        codecs = ",".join(CODECS[c] for c in self.args.codecs)
        peer = f"sip:{self.args.peer};transport={self.args.transport}"
        (self.home / "accounts").write_text(
            f'<sip:{self.args.number}@{host}:{port};transport={self.args.transport}>;outbound="{peer}"'
            f"{self.registration()};answermode=manual;audio_codecs={codecs};ptime=20{SRTP[self.args.srtp]}\n")
        (self.home / "contacts").write_text("")

    def registration(self):
        if not self.args.password_file:
            return ";regint=0"
        return f";regint=60;auth_user={self.args.number};auth_pass={self.args.password_file.read_text().strip()}"

    def start(self):
        control = free_port(socket.SOCK_STREAM)
        self.profile(control)
        with open(self.home / "baresip.log", "ab") as log:
            self.process = child(["baresip", "-f", self.home, "-v"], stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while True:
            try:
                self.control = socket.create_connection(("127.0.0.1", control))
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("baresip did not start:\n" + (self.home / "baresip.log").read_text(errors="replace")[-2000:])
                time.sleep(0.05)
        self.answer_lock, self.answer_arrived, self.answers = threading.Lock(), threading.Condition(), []
        threading.Thread(target=self.read_control, daemon=True).start()
        if self.args.password_file:
            threading.Thread(target=self.await_registration, daemon=True).start()

    def await_registration(self):
        """Its first registration is mostly over before the control port can tell of it."""
        while " OK " not in re.sub(r"\x1b\[[0-9;]*m", " ", self.ask("reginfo")):
            time.sleep(0.05)
        tell({"event": "registered", "at": time.time()})

    # baresip's control port: JSON in netstrings, `LENGTH:JSON,`
    def read_control(self):
        stream = self.control.makefile("rb")
        while True:
            length = b""
            while not length.endswith(b":"):
                byte = stream.read(1)
                if not byte:
                    return tell({"event": "gone"})
                length += byte
            message = json.loads(stream.read(int(length[:-1])))
            stream.read(1)
            if message.get("event"):
                self.happened(message)
            else:
                with self.answer_arrived:
                    self.answers.append(message)
                    self.answer_arrived.notify()

    def ask(self, command, params=""):
        body = json.dumps({"command": command, "params": params, "token": "t"}).encode()
        with self.answer_lock:
            self.answers.clear()
            self.control.sendall(b"%d:%s," % (len(body), body))
            with self.answer_arrived:
                if not self.answer_arrived.wait_for(lambda: self.answers, 5):
                    raise TimeoutError(f"baresip did not answer to {command}")
                answer = self.answers[0]
        if not answer.get("ok", True):
            raise RuntimeError(answer.get("data") or f"baresip refused {command}")
        return answer.get("data")

    def happened(self, message):
        name = EVENTS.get(message.get("type"))
        if not name:
            return
        event = {"event": name, "at": time.time()}
        if name in ("ended", "key"):
            event["reason" if name == "ended" else "key"] = message.get("param")
        if name == "incoming":
            event["from"] = message.get("peeruri")
            if self.auto is not None:
                threading.Thread(target=self.answer_later, args=(self.auto,), daemon=True).start()
        if name in ("incoming", "ringing", "progress", "established") and not self.recording:
            self.listen()
        if name == "ended":
            self.recording = None
        tell(event)

    def answer_later(self, delay):
        time.sleep(delay / 1000)
        self.answer()

    def answer(self):
        tell({"event": "answered", "at": time.time()})
        self.ask("accept")

    def listen(self):
        """Finds this call's recordings (each hold begins a new one), and tells when the expected tone is first in one."""
        old = set(self.home.glob("dump-*-dec.wav"))
        self.recording = call = lambda: max(set(self.home.glob("dump-*-dec.wav")) - old, key=os.path.getctime, default=None)

        def watch():
            position, rest, told, file = 0, [], False, None
            while self.recording is call and not told:
                file = file or call()
                if file and self.expected:
                    rate, samples = tone.read_wav(file, position)
                    position, rest = position + len(samples), rest + samples
                    size = rate // 50 or 160
                    while len(rest) >= size and not told:
                        window, rest = rest[:size], rest[size:]
                        energy = sum(s * s for s in window)
                        if energy / size >= tone.SILENCE and tone.purity(window, energy, self.expected, rate) >= 0.5:
                            tell({"event": "tone", "hz": self.expected, "at": time.time()})
                            told = True
                time.sleep(0.01)

        threading.Thread(target=watch, daemon=True).start()

    def speak(self, hz=None, db=-12, silence=False):
        tone.write_wav(self.voice, None if silence else hz, self.rate, 120, db)

    def expect(self, hz):
        self.expected = hz

    def dial(self, number=None, uri=None):
        self.listen()
        self.ask("dial", uri or f"sip:{number}@{self.args.peer}")

    def auto_answer(self, auto=True, delay=0):
        self.auto = delay if auto else None

    def hear(self, seconds=2, hz=None, own=None):
        deadline = time.monotonic() + 5
        while not (self.recording and self.recording()):
            if time.monotonic() > deadline:
                return tone.analyse([], self.rate, hz, own)
            time.sleep(0.02)
        call, file = self.recording, self.recording()
        rate, before = tone.read_wav(file)
        time.sleep(seconds)
        now = call()
        _, samples = tone.read_wav(now, len(before) if now == file else 0)
        return tone.analyse(samples, rate or self.rate, hz, own)


def free_port(*kinds, step=1):
    """A port that is free for all these kinds of socket (and, with a step, so is the one after it)."""
    while True:
        with socket.socket(socket.AF_INET, kinds[0]) as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
        try:
            for kind in kinds:
                for p in range(port, port + step):
                    with socket.socket(socket.AF_INET, kind) as s:
                        s.bind(("127.0.0.1", p))
            return port
        except OSError:
            continue


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True, help="host:port to which every call goes")
    parser.add_argument("--number", default="+493023125100", help="what it is called by, and calls as")
    parser.add_argument("--password-file", type=Path, help="register at the peer with this; default: without registration")
    parser.add_argument("--listen", default=None, help="address:port; default 127.0.0.1 and a free port")
    parser.add_argument("--transport", choices=["udp", "tcp"], default="udp")
    parser.add_argument("--codecs", default="PCMA,PCMU,G722", type=lambda text: text.split(","), help="in order of preference")
    parser.add_argument("--srtp", choices=list(SRTP), default="off", help="encrypt the sound, with keys in the messages")
    parser.add_argument("--rtp-ports", default="22000-23998")
    parser.add_argument("--data", type=Path, help="directory for configuration, recordings and log; default: a temporary one")
    args = parser.parse_args()
    if unknown := [c for c in args.codecs if c not in CODECS]:
        parser.error(f"unknown codec {unknown[0]}, known are {', '.join(CODECS)}")
    host, _, port = (args.listen or "127.0.0.1:0").rpartition(":")
    args.listen = (host, int(port) or free_port(socket.SOCK_DGRAM, socket.SOCK_STREAM, step=2))     # TLS takes the next one
    with directory(args.data, "phone") as args.data:
        phone = Phone(args)
        phone.start()
        try:
            tell({"event": "ready", "address": "%s:%d" % args.listen, "log": str(args.data / "baresip.log")})
            serve({"speak": phone.speak, "expect": phone.expect, "dial": phone.dial, "autoAnswer": phone.auto_answer,
                   "answer": phone.answer, "hangup": lambda: phone.ask("hangup"), "hear": phone.hear,
                   "key": lambda key: phone.ask("sndcode", key), "hold": lambda: phone.ask("hold"),
                   "resume": lambda: phone.ask("resume"), "calls": lambda: phone.ask("listcalls")})
        finally:
            end(phone.process)


if __name__ == "__main__":
    main()
