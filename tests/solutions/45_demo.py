# %% solution
def by_luck(chance, hits):
    count = torch.zeros(len(chance) + 1)
    count[0] = 1  # probability of 0, 1 .. m hits
    for c in chance: count = count * (1 - c) + count.roll(1) * c
    return count[hits:].sum().item()

# %% wrong: every map has the mean chance
def by_luck(chance, hits):
    from math import comb
    p, m = chance.mean().item(), len(chance)
    return sum(comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(hits, m + 1))

# %% wrong: exactly so many hits
def by_luck(chance, hits):
    count = torch.zeros(len(chance) + 1)
    count[0] = 1
    for c in chance: count = count * (1 - c) + count.roll(1) * c
    return count[hits].item()

# %% wrong: more hits than these maps had
def by_luck(chance, hits):
    count = torch.zeros(len(chance) + 1)
    count[0] = 1
    for c in chance: count = count * (1 - c) + count.roll(1) * c
    return count[hits + 1:].sum().item()
