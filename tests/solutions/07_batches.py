# %% solution
def balanced_step(step, fakes, reals, k, seed):
    pairs = []
    for name, photos in (("FAKE", fakes), ("REAL", reals)):
        for place in range(step * k, step * k + k):  # photos of this class since the beginning
            through, at = divmod(place, len(photos))
            order = torch.randperm(len(photos), generator=generator(seed, name, through))
            pairs.append((photos[order[at]], 2 * place + (name == "REAL")))
    return pairs

# %% wrong: drawn anew in each step, so that some photos come often and some never
def balanced_step(step, fakes, reals, k, seed):
    random = generator(seed, "step", step)
    some = [photos[i] for photos in (fakes, reals) for i in torch.randint(len(photos), (k,), generator=random)]
    return [(index, 2 * k * step + j) for j, index in enumerate(some)]

# %% wrong: a fake and a real photo share each draw
def balanced_step(step, fakes, reals, k, seed):
    pairs = []
    for name, photos in (("FAKE", fakes), ("REAL", reals)):
        for place in range(step * k, step * k + k):
            through, at = divmod(place, len(photos))
            order = torch.randperm(len(photos), generator=generator(seed, name, through))
            pairs.append((photos[order[at]], place))
    return pairs

# %% wrong: shuffled once
def balanced_step(step, fakes, reals, k, seed):
    pairs = []
    for name, photos in (("FAKE", fakes), ("REAL", reals)):
        order = torch.randperm(len(photos), generator=generator(seed, name))
        pairs += [(photos[order[(step * k + j) % len(photos)]], 2 * (step * k + j) + (name == "REAL")) for j in range(k)]
    return pairs

# %% wrong: the global stream, seeded
def balanced_step(step, fakes, reals, k, seed):
    pairs = []
    for name, photos in (("FAKE", fakes), ("REAL", reals)):
        for place in range(step * k, step * k + k):
            torch.manual_seed(seed + place // len(photos))
            pairs.append((photos[torch.randperm(len(photos))[place % len(photos)]], 2 * place + (name == "REAL")))
    return pairs
