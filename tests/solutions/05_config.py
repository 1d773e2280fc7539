# %% solution
def widest(million, depth=12):
    heads = int((million * 1e6 / (12 * depth)) ** 0.5) // 64  # 4 d² in the attention, 2 * d * 4 d in the MLP
    return ViTConfig(width=64 * heads, heads=heads, depth=depth, mlp_width=256 * heads)

# %% wrong: the MLP is left out of the account
def widest(million, depth=12):
    heads = int((million * 1e6 / (4 * depth)) ** 0.5) // 64
    return ViTConfig(width=64 * heads, heads=heads, depth=depth, mlp_width=256 * heads)

# %% wrong: rounded to the nearest head
def widest(million, depth=12):
    heads = round((million * 1e6 / (12 * depth)) ** 0.5 / 64)
    return ViTConfig(width=64 * heads, heads=heads, depth=depth, mlp_width=256 * heads)

# %% wrong: the largest preset that fits
def widest(million, depth=12):
    fits = [p for p in PRESETS.values() if depth * 12 * p["width"] ** 2 <= million * 1e6]
    d = max((p["width"] for p in fits), default=64)
    return ViTConfig(width=d, heads=d // 64, depth=depth, mlp_width=4 * d)

# %% wrong: never refuses
def widest(million, depth=12):
    heads = max(1, int((million * 1e6 / (12 * depth)) ** 0.5) // 64)
    return ViTConfig(width=64 * heads, heads=heads, depth=depth, mlp_width=256 * heads)
