# %% solution
def rollout_strongest(maps):
    total = eye = torch.eye(maps[0].shape[-1])
    for attention in maps:
        strongest = attention.amax(1)
        total = (strongest / strongest.sum(-1, keepdim=True) + eye) / 2 @ total
    return total

# %% wrong: rows no longer sum to 1
def rollout_strongest(maps):
    total = eye = torch.eye(maps[0].shape[-1])
    for attention in maps: total = (attention.amax(1) + eye) / 2 @ total
    return total

# %% wrong: no skip connection
def rollout_strongest(maps):
    total = torch.eye(maps[0].shape[-1])
    for attention in maps: total = attention.amax(1) / attention.amax(1).sum(-1, keepdim=True) @ total
    return total

# %% wrong: multiplied from the wrong side
def rollout_strongest(maps):
    total = eye = torch.eye(maps[0].shape[-1])
    for attention in maps: total = total @ (attention.amax(1) / attention.amax(1).sum(-1, keepdim=True) + eye) / 2
    return total
