# %% solution
def stuck(stages, cores, wire):
    hours = {(s.name, "cores"): s.core_hours / cores for s in stages}
    hours |= {(s.name, "wire"): s.gigabytes * 1000 / wire / 3600 for s in stages}
    return (*max(hours, key=hours.get), max(hours.values()))

# %% wrong: each core brings a wire
def stuck(stages, cores, wire):
    hours = {(s.name, "cores"): s.core_hours / cores for s in stages}
    hours |= {(s.name, "wire"): s.gigabytes * 1000 / wire / 3600 / cores for s in stages}
    return (*max(hours, key=hours.get), max(hours.values()))

# %% wrong: computing and writing one after the other
def stuck(stages, cores, wire):
    both = {s.name: (s.core_hours / cores, s.gigabytes * 1000 / wire / 3600) for s in stages}
    name = max(both, key=lambda name: sum(both[name]))
    return name, "cores" if both[name][0] > both[name][1] else "wire", sum(both[name])

# %% wrong: the stage with most core-hours, whatever it writes
def stuck(stages, cores, wire):
    worst = max(stages, key=lambda s: s.core_hours)
    return worst.name, "cores", worst.core_hours / cores
