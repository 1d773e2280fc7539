# %% solution
def shuffled(names, seed):
    return sorted(names, key=lambda name: torch.rand((), generator=generator(seed, "order", name)).item())

# %% wrong: one stream for all, which a new file moves
def shuffled(names, seed):
    return [sorted(names)[i] for i in torch.randperm(len(names), generator=generator(seed, "order")).tolist()]

# %% wrong: a stream for each place in the list, not for each file
def shuffled(names, seed):
    keys = {name: torch.rand((), generator=generator(seed, "order", i)).item() for i, name in enumerate(names)}
    return sorted(names, key=keys.get)

# %% wrong: the seed is forgotten
def shuffled(names, seed):
    return sorted(names, key=lambda name: torch.rand((), generator=generator("order", name)).item())

# %% wrong: the global numbers are seeded
def shuffled(names, seed):
    torch.manual_seed(seed)
    return [sorted(names)[i] for i in torch.randperm(len(names)).tolist()]
