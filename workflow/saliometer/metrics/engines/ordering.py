"""Numbers in the place of values that are only compared with each other, faster than by comparing them.

Single precision, read as a whole number, is in the order of its magnitudes: so bits are counted and no
values are compared. Of half precision, which maps are stored in, 19 of the 32 bits are enough.
"""

import numpy as np

UNUSED = np.int32(0x1FFF)  # the bits of single precision that half precision does not fill
MAGNITUDE = np.int32(0x7FFFFFFF)  # all bits but the sign


def ordered_codes(values: np.ndarray) -> np.ndarray:
    """Return whole numbers from 0 that are ordered as finite values are, and equal where these are equal.

    Parameters: real array of any shape. Returns an array of its shape, of indices. Not all numbers up to the
    highest need occur; there are fewer than 2^19 or than values, whichever is more.
    """
    if values.dtype == np.float16:
        values = values.astype(np.float32)
    if values.dtype != np.float32:
        return np.unique(values, return_inverse=True)[1].reshape(values.shape)
    bits = (values + np.float32(0)).view(np.int32)  # 0 and -0 are equal
    of_halves = not (bits & UNUSED).any()
    np.bitwise_xor(bits, (bits >> 31) & MAGNITUDE, out=bits)
    if of_halves:
        bits >>= 13
        return np.subtract(bits, bits.min(), dtype=np.intp)
    return _ranked(bits.ravel()).reshape(values.shape)


def _ranked(numbers: np.ndarray) -> np.ndarray:
    """Number the distinct int32 numbers (N,) in their order; NumPy sorts 16 bits at a time by counting."""
    order = np.argsort((numbers & np.int32(0xFFFF)).astype(np.uint16), kind="stable")
    order = order[np.argsort((numbers >> 16).astype(np.int16)[order], kind="stable")]
    ascending = numbers[order]
    codes = np.empty(len(numbers), dtype=np.intp)
    codes[order] = np.cumsum(np.concatenate([[False], ascending[1:] != ascending[:-1]]))
    return codes
