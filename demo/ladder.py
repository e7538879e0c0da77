"""Draws what the bridge logged under `callbridge.ladder`: every message of a call, in both protocols."""
import re
from datetime import datetime

LINE = re.compile(r"^(\S+) .*\bladder: (\S+)/(\S+) (MATRIX|SIP) ([<>]) (.*)$")
WIDTH = 40


def read(log):
    """Calls in the order in which they began: [(call, [(seconds, side, direction, message)])]."""
    calls = {}
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            if found := LINE.match(line.rstrip()):
                when, call, _, side, direction, message = found.groups()
                at = datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp()
                calls.setdefault(call, []).append((at, side, direction, message))
    return list(calls.items())


def draw(messages, user, phone):
    """One line per message; the first number is milliseconds since the first."""
    gap = " " * WIDTH
    lines = [f"{'ms':>7}   {user:<{WIDTH}} bridge {phone:>{WIDTH}}"]
    for at, side, direction, message in messages:
        towards_right = (side == "MATRIX") == (direction == ">")
        shaft = f" {message} ".ljust(WIDTH - 3, "─") if towards_right else f" {message} ".rjust(WIDTH - 3, "─")
        arrow = f"──{shaft}▶" if towards_right else f"◀{shaft}──"
        left, right = (arrow, gap) if side == "MATRIX" else (gap, arrow)
        lines.append(f"{(at - messages[0][0]) * 1000:7.0f}   {left}   │    {right}".rstrip())
    return "\n".join(lines)
