"""Tones: makes them as WAV files, and says what is in recorded sound. Plain Python, no packages."""
import array
import cmath
import math
import random
import sys
import wave

WINDOW = 0.05            # seconds; the unit in which presence is counted
SILENCE = 1e-6           # mean square below which a window is silent (-60 dBFS)


def write_wav(path, hz, rate=8000, seconds=60, db=-12.0):
    """A sine of `hz`, or silence if `hz` is None; `db` is the level of its peak."""
    scale = 32767 * 10 ** (db / 20)
    turn = 2 * math.pi * (hz or 0) / rate
    samples = array.array("h", (round(scale * math.sin(turn * i)) if hz else 0 for i in range(rate * seconds)))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(little_endian(samples).tobytes())


def read_wav(path, start=0):
    """Rate and 16 bit mono samples from sample `start` on, also of a file that is still being written: then its
    header has no length yet, so the data is taken to the end of the file."""
    with open(path, "rb") as file:
        head = file.read(4096)
        data = head.find(b"data")
        if data < 0:
            return 0, []
    return int.from_bytes(head[24:28], "little"), pcm(path, data + 8 + 2 * start)


def pcm(path, offset):
    """16 bit mono samples of a file from this byte on."""
    with open(path, "rb") as file:
        file.seek(offset)
        raw = file.read()
    samples = array.array("h")
    samples.frombytes(raw[:len(raw) // 2 * 2])
    return [s / 32768 for s in little_endian(samples)]


def little_endian(samples):
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def draw(count=2, low=300, high=3000, apart=150):
    """So many frequencies, of which none is near another or near another's harmonics."""
    while True:
        drawn = [random.randint(low, high) for _ in range(count)]
        pairs = [(a, b) for a in drawn for b in drawn if a is not b]
        if all(abs(a - b) >= apart and all(abs(k * a - b) >= 60 for k in range(2, 11)) for a, b in pairs):
            return drawn


def analyse(samples, rate, expect=None, own=None):
    """What is in these samples.

    hz           the loudest frequency
    db           level in dBFS; a full-scale sine is -3
    share        of 50 ms windows in which `expect` (else hz) has at least half of the energy
    silentShare  of windows without sound
    ownDb        how loud `own` is beside the whole, in dB: -40 or less means absent
    """
    size = int(rate * WINDOW)
    windows = [samples[i:i + size] for i in range(0, len(samples) - size + 1, size)]
    hz = loudest(samples, rate)
    energies = [sum(s * s for s in w) for w in windows]
    loud = [(w, e) for w, e in zip(windows, energies) if e / size >= SILENCE]
    good = sum(purity(w, e, expect or hz, rate) >= 0.5 for w, e in loud)
    count = max(1, len(windows))
    rms = math.sqrt(sum(energies) / (count * max(1, size)))
    heard = {"hz": round(hz, 1), "db": round(20 * math.log10(rms), 1) if rms > 0 else None,
             "share": round(good / count, 3), "silentShare": round(1 - len(loud) / count, 3),
             "seconds": round(len(samples) / rate, 2) if rate else 0}
    if own:
        energy = sum(s * s for s in samples)
        part = purity(samples, energy, own, rate) if energy else 0
        heard["ownDb"] = round(10 * math.log10(max(part, 1e-9)), 1)
    return heard


def purity(samples, energy, hz, rate):
    """The part of the energy that lies at this frequency, 0 to 1 (Goertzel)."""
    k = 2 * math.cos(2 * math.pi * hz / rate)
    a = b = 0.0
    for sample in samples:
        a, b = sample + k * a - b, a
    return 2 * (a * a + b * b - k * a * b) / (len(samples) * energy)


def loudest(samples, rate):
    """The loudest frequency in the middle of these samples, to about 0.1 Hz: the peak of a Hann-windowed spectrum."""
    n = 8192
    while n > len(samples) and n > 256:
        n //= 2
    if len(samples) < n:
        return 0.0
    start = (len(samples) - n) // 2
    shaped = [samples[start + i] * (0.5 - 0.5 * math.cos(2 * math.pi * i / n)) for i in range(n)]
    power = [abs(x) ** 2 for x in fft(shaped)[:n // 2]]
    peak = max(range(2, n // 2 - 1), key=power.__getitem__)
    if power[peak] < 1e-6:
        return 0.0
    left, centre, right = (math.log(power[peak + d] + 1e-30) for d in (-1, 0, 1))
    return (peak + (left - right) / (2 * (left - 2 * centre + right))) * rate / n


def fft(x):
    if len(x) == 1:
        return list(x)
    even, odd = fft(x[::2]), fft(x[1::2])
    half = len(even)
    turned = [cmath.exp(-2j * math.pi * i / len(x)) * o for i, o in enumerate(odd)]
    return [even[i] + turned[i] for i in range(half)] + [even[i] - turned[i] for i in range(half)]
