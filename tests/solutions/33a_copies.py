# %% solution
def mirrored(bits):
    rows = [f"{row:08b}"[::-1] for row in bits.to_bytes(8, "big")]
    return int("".join(rows), 2) ^ 2**64 - 1

# %% wrong: a step keeps its sign
def mirrored(bits):
    return int("".join(f"{row:08b}"[::-1] for row in bits.to_bytes(8, "big")), 2)

# %% wrong: all 64 bits in reverse order
def mirrored(bits):
    return int(f"{bits:064b}"[::-1], 2) ^ 2**64 - 1

# %% wrong: the signs change, but not their places
def mirrored(bits):
    return bits ^ 2**64 - 1
