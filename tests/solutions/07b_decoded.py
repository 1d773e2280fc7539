# %% solution
def fill_from(mine, other):
    here, there = (np.fromfile(one.path, one.record) for one in (mine, other))
    def whole(kept): return crc32(kept["pixels"]) == kept["sum"]
    taken = [i for i in range(len(mine)) if whole(there[i]) and not whole(here[i])]
    with open(mine.path, "r+b") as file:
        for i in taken:
            file.seek(i * mine.record.itemsize)
            file.write(there[i].tobytes())
    return taken

# %% wrong: whatever was written there, damaged or not
def fill_from(mine, other):
    here, there = (np.fromfile(one.path, one.record) for one in (mine, other))
    taken = [i for i in range(len(mine)) if there[i]["sum"] and crc32(here[i]["pixels"]) != here[i]["sum"]]
    here[taken] = there[taken]
    here.tofile(mine.path)
    return taken

# %% wrong: zeros taken for a hole
def fill_from(mine, other):
    here, there = (np.fromfile(one.path, one.record) for one in (mine, other))
    taken = [i for i in range(len(mine)) if there[i]["pixels"].any() and crc32(there[i]["pixels"]) == there[i]["sum"]
             and crc32(here[i]["pixels"]) != here[i]["sum"]]
    here[taken] = there[taken]
    here.tofile(mine.path)
    return taken

# %% wrong: only holes are filled, what is damaged here stays
def fill_from(mine, other):
    here, there = (np.fromfile(one.path, one.record) for one in (mine, other))
    taken = [i for i in range(len(mine)) if crc32(there[i]["pixels"]) == there[i]["sum"] and not here[i]["sum"]]
    here[taken] = there[taken]
    here.tofile(mine.path)
    return taken

# %% wrong: the whole file
def fill_from(mine, other):
    shutil.copy(other.path, mine.path)
    return list(range(len(mine)))
