# %% solution
def pixel_mark(pixels):
    digest = hashlib.blake2b(str(pixels.shape).encode(), digest_size=8)
    digest.update(pixels.tobytes())
    return int.from_bytes(digest.digest(), "big")

# %% wrong: the bytes alone, without the shape
def pixel_mark(pixels):
    return int.from_bytes(hashlib.blake2b(pixels.tobytes(), digest_size=8).digest(), "big")

# %% wrong: all of SHA-256, which is too long to store
def pixel_mark(pixels):
    return int(hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).hexdigest(), 16)

# %% wrong: Python's hash, which may be negative, and is another number in each process
def pixel_mark(pixels):
    return hash((pixels.shape, pixels.tobytes()))

# %% wrong: a sum does not know where a pixel is
def pixel_mark(pixels):
    return int(pixels.astype(int).sum()) * 10**6 + pixels.shape[0]
