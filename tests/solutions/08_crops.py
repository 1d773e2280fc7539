# %% solution
def framing(real, fake, reach=3):
    side = real.shape[1] - 2 * reach
    inner = crop_square(fake, Square(reach, reach, side))
    moves = [(right, down) for right in range(-reach, reach + 1) for down in range(-reach, reach + 1)]
    return max(moves, key=lambda m: (inner == crop_square(real, Square(reach + m[0], reach + m[1], side))).float().mean())

# %% wrong: the other way round
def framing(real, fake, reach=3):
    side = real.shape[1] - 2 * reach
    inner = crop_square(real, Square(reach, reach, side))
    moves = [(right, down) for right in range(-reach, reach + 1) for down in range(-reach, reach + 1)]
    return max(moves, key=lambda m: (inner == crop_square(fake, Square(reach + m[0], reach + m[1], side))).float().mean())

# %% wrong: rows and columns swapped
def framing(real, fake, reach=3):
    side = real.shape[1] - 2 * reach
    inner = crop_square(fake, Square(reach, reach, side))
    moves = [(right, down) for right in range(-reach, reach + 1) for down in range(-reach, reach + 1)]
    return max(moves, key=lambda m: (inner == crop_square(real, Square(reach + m[1], reach + m[0], side))).float().mean())

# %% wrong: judged by the largest difference, which is the forgery
def framing(real, fake, reach=3):
    side = real.shape[1] - 2 * reach
    inner = crop_square(fake, Square(reach, reach, side)).int()
    moves = [(right, down) for right in range(-reach, reach + 1) for down in range(-reach, reach + 1)]
    return min(moves, key=lambda m: (inner - crop_square(real, Square(reach + m[0], reach + m[1], side)).int()).abs().max())
