"""One GPU for one job on a machine with several: a lock per card, which the kernel drops with its process.

Snakemake counts GPUs and hands none out. So a job that was granted one takes the first card that no other job
holds, and shows itself that card alone, before torch is imported and counts them.
"""

import fcntl
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

DEVICES = Path("/dev")
SECONDS_BETWEEN_TRIES = 1.0


def claim_card(granted: int) -> str | None:
    """Let this process see one card that no other job of this machine holds, and hold it until it ends.

    Parameters: ``granted``, how many GPUs the scheduler gave this job.
    Returns the card, as CUDA_VISIBLE_DEVICES now names it; None where there is nothing to choose: no GPU was
    granted, or no more cards are visible than were granted, as where a cluster has chosen already. While
    others hold all cards it waits and says so on stderr.
    """
    cards = visible_cards()
    if granted < 1 or len(cards) <= granted:
        return None
    card = _first_free(cards)
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # the order of /dev, which others may count in too
    os.environ["CUDA_VISIBLE_DEVICES"] = card
    return card


def visible_cards() -> list[str]:
    """Return the cards that this process may use: of CUDA_VISIBLE_DEVICES, else all of the machine."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [card for card in (part.strip() for part in chosen.split(",")) if card]
    numbers = [re.fullmatch(r"nvidia(\d+)", path.name) for path in DEVICES.glob("nvidia*")]
    return [str(number) for number in sorted(int(match[1]) for match in numbers if match)]


def _first_free(cards: Sequence[str]) -> str:
    waiting = False
    while True:
        for card in cards:
            if _locked(card):
                return card
        if not waiting:
            print(f"waiting for a GPU: other jobs hold {', '.join(cards)}", file=sys.stderr, flush=True)
            waiting = True
        time.sleep(SECONDS_BETWEEN_TRIES)


def _locked(card: str) -> bool:
    """Lock a card, if it is free."""
    name = card if card.isdigit() else hashlib.sha256(card.encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"saliometer-{os.getuid()}-gpu-{name}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True  # never closed: the lock lives as long as the process
