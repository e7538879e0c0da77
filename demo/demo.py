#!/usr/bin/env python3
"""Two telephone calls through the bridge, with nothing pretended: a Synapse, a Matrix client in a real browser, a SIP telephone, a
telephone company with which telephone and bridge register, and the bridge itself, all on this machine and on free ports.

  1. A Matrix user looks a number up, opens a chat with it and calls; the telephone answers; the user hangs up.
  2. The telephone calls a Matrix user who has never met it; the user answers; the telephone hangs up.

In each call both ends press digits drawn anew, and the telephone must receive the user's, each once and in order. Then both send
a tone of a frequency drawn anew. Each must hear the other's, and not its own.
"""
import argparse
import ctypes
import json
import os
import random
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ladder
import tone
from cache import ROOT
from lines import Peer, child
from phone import free_port

HERE = Path(__file__).resolve().parent
SERVER = "demo.localhost"
PHONE = "+493023125100"             # numbers that Germany keeps for films
ALICE = "+493023125200"
BOB = "+493023125201"
BOT = f"@_sip_bot:{SERVER}"
BEGIN = time.monotonic()


class Failed(Exception):
    """Something that the demo shows did not happen; the text says what."""


def say(text):
    print(f"{time.monotonic() - BEGIN:6.1f} s  {text}", flush=True)


class Stage:
    """Everything that runs. Whatever was started ends with it."""

    def __init__(self, args):
        self.args = args
        self.home = Path(tempfile.mkdtemp(prefix="callbridge-demo-"))
        self.peers, self.bridge, self.logs = [], None, {}
        self.seen_calls = 0
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)        # PR_SET_CHILD_SUBREAPER: orphans below us become our children

    def prepare(self):
        """Builds the bridge and fetches what the others are made of, side by side."""
        build = f'set -euo pipefail; root={json.dumps(str(ROOT))}; source "$root/bin/lib.sh"; build_jar'
        works = {"the bridge": ["bash", "-c", build], "the homeserver": [HERE / "synapse.py", "--install"],
                 "the browser client": [HERE / "browser.py", "--install"]}
        running = {}
        for what, command in works.items():
            log = self.logs[f"preparing {what}"] = self.home / f"prepare-{what.split()[-1]}.log"
            with open(log, "wb") as out:
                running[what] = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                                 start_new_session=True)
        say("preparing " + ", ".join(works) + " (the first time this takes minutes)")
        while running:
            for what, process in list(running.items()):
                if process.poll() is None:
                    continue
                del running[what]
                if process.returncode:
                    self.logs = {k: v for k, v in self.logs.items() if k == f"preparing {what}"}
                    raise Failed(f"{what} could not be prepared")
                say(f"  {what} is there")
            time.sleep(0.05)
        self.logs.clear()

    def start(self):
        """Starts all of them and waits until the homeserver reaches the bridge."""
        web, sip, webrtc = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM, socket.SOCK_STREAM), \
            free_port(socket.SOCK_DGRAM)
        codecs = [self.args.codec] if self.args.codec else ["PCMA", "PCMU", "G722"]
        tokens = self.registration(web)
        self.provider = self.peer("provider", [HERE / "provider.py", "--data", self.home / "provider", "--account", PHONE,
                                               "--account", f"bridge={ALICE},{BOB}"], self.home / "provider/kamailio.log")
        self.browser = self.peer("browser", [HERE / "browser.py", "--allow-loopback-in-peer-connection"])
        self.synapse = self.peer("homeserver", [HERE / "synapse.py", "--data", self.home / "synapse", "--server-name", SERVER,
                                                "--registration", self.home / "registration.yaml"],
                                 self.home / "synapse/synapse.log")
        company = self.provider.event("ready", 30)
        self.phone = self.peer("phone", [HERE / "phone.py", "--peer", company["address"], "--number", PHONE, "--password-file",
                                         f"{company['passwords']}/{PHONE}.password", "--codecs", ",".join(codecs), "--data",
                                         self.home / "phone"], self.home / "phone/baresip.log")
        say(f"the telephone company answers at {company['address']}")
        expect(lambda: self.phone.event("registered", 15), "the telephone did not register with its company")
        say("  the telephone has registered there")
        self.url = self.synapse.event("ready", 90)["url"]
        say(f"the homeserver answers at {self.url}")
        self.settings(web, sip, webrtc, company, codecs)
        self.start_bridge(tokens["as_token"])
        expect(lambda: self.provider.event("registered", 15, account="bridge"), "the bridge did not register with its trunk")
        say(f"  it has registered with the telephone company, which calls it for {ALICE} and {BOB}")
        self.users = {}
        say(f"Chromium {self.browser.event('ready', 60)['browser']} is up")
        for name in ("alice", "bob"):
            user = self.users[name] = self.synapse.do("user", name=name)
            self.browser.do("login", **{"as": name}, homeserver=self.url, user=user["user_id"],
                            token=user["access_token"], device=user["device_id"])

    def peer(self, name, command, log=None):
        self.logs[name] = log or self.home / f"{name}.log"
        self.peers.append(Peer(name, [sys.executable, *command], self.home / f"{name}.log"))
        return self.peers[-1]

    def registration(self, port):
        tokens = {"as_token": secrets.token_hex(32), "hs_token": secrets.token_hex(32)}
        (self.home / "registration.yaml").write_text(json.dumps({        # JSON is YAML too
            "id": "callbridge", "url": f"http://127.0.0.1:{port}", **tokens, "sender_localpart": "_sip_bot",
            "rate_limited": False, "protocols": ["m.protocol.pstn", "im.vector.protocol.pstn"],
            "namespaces": {"users": [{"exclusive": True, "regex": f"@_sip_.*:{SERVER.replace('.', '[.]')}"}],
                           "aliases": [], "rooms": []}}, indent=2))
        return tokens

    def settings(self, web, sip, webrtc, company, codecs):
        rtp = free_range(100)
        (self.home / "callbridge.yaml").write_text(json.dumps({
            "server": {"address": "127.0.0.1", "port": web},
            "callbridge": {
                "homeserver": {"name": SERVER, "url": self.url},
                "registration": str(self.home / "registration.yaml"),
                "dialplan": {"region": "DE", "routes": [{"prefix": "+", "trunk": "company"}],
                             "numbers": {f"[{ALICE}]": f"@alice:{SERVER}", f"[{BOB}]": f"@bob:{SERVER}"}},
                "trunks": {"company": {"peer": company["address"], "codecs": codecs, "caller-number": ALICE, "register": True,
                                       "login": {"user": "bridge", "password-file": f"{company['passwords']}/bridge.password",
                                                 "realm": company["realm"]}}},
                "sip": {"listen": f"127.0.0.1:{sip}"},
                "media": {"listen": "127.0.0.1", "webrtc-port": webrtc, "rtp-ports": f"{rtp}-{rtp + 99}"},
            },
            "logging": {"level": {"callbridge.ladder": "info"}},
        }, indent=2))

    def start_bridge(self, token):
        log = self.logs["bridge"] = self.home / "bridge.log"
        with open(log, "wb") as out:
            self.bridge = child([ROOT / "bin/callbridge", "run", "--config", self.home / "callbridge.yaml"], "TERM",
                                cwd=self.home, stdout=out, stderr=out, start_new_session=True)
        began = time.monotonic()
        request = urllib.request.Request(f"{self.url}/_matrix/client/v1/appservice/callbridge/ping", b"{}",
                                         {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        while True:
            if self.bridge.poll() is not None:
                raise Failed(f"the bridge ended with {self.bridge.returncode} while it started")
            if time.monotonic() - began > 90:
                raise Failed("the homeserver does not reach the bridge: no answer to a ping for 90 s")
            try:
                urllib.request.urlopen(request, timeout=10).read()
                break
            except OSError:
                time.sleep(0.2)
        say(f"the bridge is up after {time.monotonic() - began:.1f} s, and the homeserver reaches it")

    def ladders(self, title, user):
        """Draws the calls that were logged since the last time, once the log rests."""
        before, deadline = None, time.monotonic() + 3
        while time.monotonic() < deadline and before != (before := os.path.getsize(self.logs["bridge"])):
            time.sleep(0.5)
        calls = ladder.read(self.logs["bridge"])[self.seen_calls:]
        self.seen_calls += len(calls)
        print(f"\n{title}\n")
        for _, messages in calls:
            print(ladder.draw(messages, user, "telephone") + "\n", flush=True)
        if not calls:
            print("The bridge logged no message of this call.\n", flush=True)

    def end(self):
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        if self.bridge and self.bridge.poll() is None:
            self.bridge.terminate()
        with ThreadPoolExecutor() as pool:
            list(pool.map(Peer.end, self.peers))
        if self.bridge:
            try:
                self.bridge.wait(20)
            except subprocess.TimeoutExpired:
                self.bridge.kill()
        end_children()


def end_children():
    """Kills what is left below us: first politely, as a PostgreSQL whose bridge died is among it."""
    for signum, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + patience
        asked = set()
        while time.monotonic() < deadline:
            reap()
            left = descendants(os.getpid())
            if not left:
                return
            for pid in left - asked:
                try:
                    os.kill(pid, signum)
                except OSError:
                    pass
            asked |= left
            time.sleep(0.05)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def descendants(pid):
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            pass
    found, edge = set(), {pid}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge} - found
        found |= edge
    return found


def free_range(count):
    """The first of so many UDP ports in a row, none of which is in use; even."""
    while True:
        first = random.randrange(24000, 32000, 2)
        try:
            for port in range(first, first + count):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                    s.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class Call:
    """One call: who sends which tone, and what each end heard."""

    def __init__(self, stage, number, name):
        self.stage, self.number, self.name = stage, number, name
        self.user_hz, self.phone_hz = tone.draw()
        self.phone_events, self.browser_events = len(stage.phone.events), len(stage.browser.events)
        mute = stage.args.mute
        self.user("speak", **({"silence": True} if mute == "user" else {"hz": self.user_hz}))
        stage.phone.do("speak", **({"silence": True} if mute == "phone" else {"hz": self.phone_hz}))
        self.user("expect", hz=self.phone_hz)
        stage.phone.do("expect", hz=self.user_hz)

    def user(self, command, **given):
        return self.stage.browser.do(command, **{"as": self.name}, **given)

    def user_event(self, event, seconds, **fields):
        return self.stage.browser.event(event, seconds, self.browser_events, **{"as": self.name}, **fields)

    def phone_event(self, event, seconds):
        return self.stage.phone.event(event, seconds, self.phone_events)

    def connected(self):
        self.user_event("state", 15, state="connected")
        self.phone_event("established", 10)

    def press(self):
        """Both ends press digits at the same time. A browser takes those of the telephone in silence."""
        digits = draw_digits()
        say(f"connected; {self.name} presses {digits}, and so does the telephone")
        with ThreadPoolExecutor() as pool:
            at_user = pool.submit(self.user, "dtmf", digits=digits)
            at_phone = pool.submit(self.press_phone, digits)
        at_user.result()
        at_phone.result()
        time.sleep(0.5)                             # for one too many
        known = self.user("calls")[-1]["capabilities"] or {}
        received = "".join(e["key"] for e in self.stage.phone.events[self.phone_events:] if e["event"] == "key")
        return Digits(self.number, self.name, digits, received, known.get("m.call.dtmf", False))

    def press_phone(self, digits):
        for digit in digits:
            self.stage.phone.do("key", key=digit)
            time.sleep(0.25)

    def listen(self, answered):
        """Both ends listen at the same time. One row per end."""
        say("both listen")
        with ThreadPoolExecutor() as pool:
            at_user = pool.submit(self.user, "hear", seconds=2, hz=self.phone_hz, own=self.user_hz)
            at_phone = pool.submit(self.stage.phone.do, "hear", seconds=2, hz=self.user_hz, own=self.phone_hz)
        first_user = self.first(lambda: self.user_event("tone", 1)["at"] / 1000, answered)
        first_phone = self.first(lambda: self.phone_event("tone", 1)["at"], answered)
        return [Row(self.number, self.name, "telephone", self.phone_hz, first_user, at_user.result()),
                Row(self.number, "telephone", self.name, self.user_hz, first_phone, at_phone.result())]

    @staticmethod
    def first(tone_at, answered):
        try:
            return round((tone_at() - answered) * 1000)
        except TimeoutError:
            return None

    def over(self):
        self.phone_event("ended", 15)
        self.user_event("ended", 15)


def draw_digits():
    """Six keys of a dial pad, two of them the same in a row."""
    drawn = random.sample("0123456789*#", 5)
    return "".join([drawn[0], *drawn])


class Digits:
    """What the telephone received of what the user pressed."""

    def __init__(self, call, name, pressed, received, announced):
        self.call, self.name, self.pressed, self.received = call, name, pressed, received
        self.complaint = None
        if received != pressed:
            self.complaint = f"{name} pressed {pressed} in call {call}, and the telephone received {received or 'nothing'}"
        elif not announced:
            self.complaint = f"the bridge did not tell {name}'s client in call {call} that it takes digits"

    def cells(self):
        return [str(self.call), f"{self.name}: {self.pressed}", f"telephone: {self.received or 'nothing'}",
                "NO" if self.complaint else "yes"]


class Row:
    """What one end heard."""

    def __init__(self, call, ear, mouth, sent, first, heard):
        self.call, self.ear, self.mouth, self.sent, self.first, self.heard = call, ear, mouth, sent, first, heard
        own = heard.get("ownDb")
        self.own_absent = own is None or own < -30
        good = abs(heard["hz"] - sent) < 10 and heard["share"] > 0.8 and self.own_absent
        self.complaint = None if good else f"{ear} did not hear {mouth} in call {call}"

    def cells(self):
        heard, silent = self.heard, self.heard["db"] is None or self.heard["silentShare"] == 1
        return [str(self.call), self.ear, f"{self.mouth}: {self.sent} Hz",
                "nothing" if silent else f"{heard['hz']:.0f} Hz", "" if silent else f"{heard['db']:.1f} dB",
                f"{100 * heard['share']:.0f} %", "absent" if self.own_absent else "HEARD",
                "never" if self.first is None else f"{self.first} ms", "NO" if self.complaint else "yes"]


SOUND = ["call", "who listens", "who sends what", "heard", "level", "of the time", "own tone", "after the answer", "good"]
KEYS = ["call", "who pressed what", "who received what", "good"]


def table(headings, rows):
    lines = [headings, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def user_calls_phone(stage):
    """The way of a client's dial pad: look the number up, open a chat with who it is, call there."""
    call = Call(stage, 1, "alice")
    stage.phone.do("autoAnswer", delay=500)
    say(f"call 1: alice dials {PHONE}")
    found = call.user("lookup", number=PHONE)
    if not found:
        raise Failed("the dial pad found nobody for the telephone's number")
    say(f"  the look-up says {found[0]['userid']}")
    room = call.user("createDm", user=found[0]["userid"])["room"]
    call.user("call", room=room)
    expect(lambda: call.phone_event("incoming", 20), "the telephone did not ring")
    say("  the telephone rings")
    answered = call.phone_event("answered", 5)["at"]
    expect(call.connected, "the call was not connected")
    digits = expect(call.press, "no digits could be pressed")
    rows = call.listen(answered)
    call.user("hangup")
    expect(call.over, "the telephone did not learn that alice hung up")
    say("  alice has hung up, and so has the telephone")
    stage.phone.do("autoAnswer", auto=False)
    return digits, rows


def meet_bot(stage):
    """What a user does once before strangers can ring: bob writes to the bot, and accepts what it invites him to."""
    bob = {"as": "bob"}
    stage.browser.do("welcome", **bob, user=BOT)
    room = stage.browser.do("createDm", **bob, user=BOT)["room"]
    expect(lambda: stage.browser.do("members", **bob, room=room), "the bot did not accept bob's invitation")
    stage.browser.do("send", **bob, room=room, text="hello")
    try:
        stage.browser.event("message", 3, **bob)
    except TimeoutError:
        pass
    say("bob has written to the bot, and has met nobody else")


def phone_calls_user(stage):
    call = Call(stage, 2, "bob")
    say(f"call 2: the telephone dials {BOB}")
    stage.phone.do("dial", number=BOB)
    incoming = expect(lambda: call.user_event("incoming", 20), "bob's client did not ring")
    say(f"  bob's client rings, called by {incoming.get('from')}")
    time.sleep(0.5)
    answered = time.time()
    call.user("answer")
    expect(call.connected, "the call was not connected")
    digits = expect(call.press, "no digits could be pressed")
    rows = call.listen(answered)
    stage.phone.do("hangup")
    expect(call.over, "bob's client did not learn that the telephone hung up")
    say("  the telephone has hung up, and so has bob's client")
    return digits, rows


def expect(what, otherwise):
    try:
        return what()
    except (TimeoutError, RuntimeError) as e:
        raise Failed(f"{otherwise} ({e})") from None


def keep(stage):
    phone = stage.phone
    stage.browser.end()
    _, hz = tone.draw()
    phone.do("speak", hz=hz)
    phone.do("autoAnswer", delay=2000)
    users = "\n".join(f"    {u['user_id']:<24} password {u['password']}" for u in stage.users.values())
    print(f"""
Everything runs on. Log in with a Matrix client on this machine that takes a homeserver without TLS:
    homeserver  {stage.url}
{users}
Dial {PHONE}: the telephone answers after 2 s with a tone of {hz} Hz. (No dial pad? Write "call {PHONE}" to {BOT}.)
Press Enter here: the telephone calls bob at {BOB}. Enter again hangs up.
Logs and settings: {stage.home}
Ctrl-C ends everything.""", flush=True)
    calling, tty = False, True
    while stage.bridge.poll() is None:
        if tty and select.select([sys.stdin], [], [], 1)[0]:
            tty = bool(sys.stdin.readline())
            if tty:
                calling = not calling
                try:
                    phone.do("dial", number=BOB) if calling else phone.do("hangup")
                except RuntimeError as e:
                    print(f"(the telephone says: {e})", flush=True)
        elif not tty:
            time.sleep(1)
    raise Failed(f"the bridge ended with {stage.bridge.returncode}")


def show_logs(stage):
    for name, log in stage.logs.items():
        if Path(log).exists() and (lines := Path(log).read_text(errors="replace").splitlines()):
            count = 40 if name == "bridge" or name.startswith("preparing") else 8
            print(f"\n--- {name}: the end of {log}\n" + "\n".join(line[:300] for line in lines[-count:]))
    print(f"\nAll logs: {stage.home}", flush=True)


def run(stage):
    stage.prepare()
    stage.start()
    results = []
    try:
        results.append(user_calls_phone(stage))
    finally:
        stage.ladders(f"Call 1: alice calls {PHONE}", "alice")
    meet_bot(stage)
    try:
        results.append(phone_calls_user(stage))
    finally:
        stage.ladders(f"Call 2: {PHONE} calls bob", "bob")
    digits = [digits for digits, _ in results]
    rows = [row for _, rows in results for row in rows]
    print(table(SOUND, rows) + "\n\n" + table(KEYS, digits) + "\n", flush=True)
    bad = [one.complaint for one in [*rows, *digits] if one.complaint]
    if bad:
        raise Failed("; ".join(bad))
    say("everybody heard everybody")


def main():
    parser = argparse.ArgumentParser(prog="bin/demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", choices=["PCMU", "PCMA", "G722"], help="the only one the telephone knows; default: all three")
    parser.add_argument("--mute", choices=["user", "phone"], help="this end is silent, so the demo has to fail")
    parser.add_argument("--keep", action="store_true", help="leave everything running, for a Matrix client of your own")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)       # also where a shell started us in the background
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, _: sys.exit(128 + number))
    stage = Stage(args)
    code = 1
    try:
        run(stage)
        code = 0
        if args.keep:
            keep(stage)
    except KeyboardInterrupt:
        code = code and 130
        print("\nstopping", flush=True)
    except SystemExit as e:
        code = e.code
        raise
    except (Failed, TimeoutError, RuntimeError, OSError) as e:
        code = 1
        show_logs(stage)
        print(f"\nFAILED: {e}", flush=True)
    finally:
        stage.end()
        if code != 1:
            shutil.rmtree(stage.home, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
