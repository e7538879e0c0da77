#!/usr/bin/env python3
"""A long way: holds each IP packet that is routed into its network device for a while, and hands it back.

    delay.py DEVICE MILLISECONDS JITTER

What goes to one address stays in order. For kernels without netem; needs root and /dev/net/tun.
"""
import fcntl
import heapq
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLOCK = time.monotonic


def main():
    device, delay, jitter = sys.argv[1], float(sys.argv[2]) / 1000, float(sys.argv[3]) / 1000
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN_NO_PI))
    subprocess.run(["ip", "link", "set", device, "up"], check=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    print("ready", flush=True)
    waiting, last, number = [], {}, 0
    while True:
        ready, _, _ = select.select([tun], [], [], max(0.0, waiting[0][0] - CLOCK()) if waiting else None)
        while ready:
            try:
                packet = os.read(tun, 65536)
            except BlockingIOError:
                break
            to = packet[16:20]
            due = max(last.get(to, 0.0), CLOCK() + delay + random.uniform(-jitter, jitter))
            last[to], number = due, number + 1
            if packet[0] >> 4 == 4:
                heapq.heappush(waiting, (due, number, packet))
        while waiting and waiting[0][0] <= CLOCK():
            os.write(tun, heapq.heappop(waiting)[2])


if __name__ == "__main__":
    main()
