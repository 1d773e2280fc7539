# %% solution
def ending(paths, suffix):
    wanted = np.frombuffer(suffix.encode(), np.uint8)
    start, size = paths.places["start"], paths.places["size"]
    found = size >= len(wanted)
    for k, letter in enumerate(wanted): found[found] = paths.letters[(start + size)[found] - len(wanted) + k] == letter
    return found

# %% wrong: takes each name out
def ending(paths, suffix):
    return np.array([path.name.endswith(suffix) for path in paths])

# %% wrong: looks into the neighbour of a short name
def ending(paths, suffix):
    wanted = np.frombuffer(suffix.encode(), np.uint8)
    ends = paths.places["start"] + paths.places["size"]
    return (paths.letters[ends[:, None] - np.arange(len(wanted), 0, -1)] == wanted).all(axis=1)

# %% wrong: as if the names stood in the order of the letters
def ending(paths, suffix):
    wanted = np.frombuffer(suffix.encode(), np.uint8)
    ends = np.sort(paths.places["start"] + paths.places["size"])
    found = paths.places["size"] >= len(wanted)
    for k, letter in enumerate(wanted): found[found] = paths.letters[ends[found] - len(wanted) + k] == letter
    return found

# %% wrong: counts letters, not bytes
def ending(paths, suffix):
    wanted, n = np.frombuffer(suffix.encode(), np.uint8), len(suffix)
    ends, found = paths.places["start"] + paths.places["size"], paths.places["size"] >= n
    for k in range(n): found[found] = paths.letters[ends[found] - n + k] == wanted[k]
    return found
