"""Seeds as a pure function of what they are for."""

import hashlib
import json


def seed_from(*parts: str | int) -> int:
    """Return a seed in [0, 2**63) that depends on the parts and their order alone.

    Every drawn number of the project comes from such a seed, so results do not depend on shard size,
    batch size, order or workers. 63 bits, because ``torch.Generator.manual_seed`` takes a signed 64-bit
    number.
    """
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
