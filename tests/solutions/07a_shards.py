# %% solution
def window_order(sizes, window, random):
    shards, order = torch.randperm(len(sizes), generator=random).split(window), []
    numbers = torch.arange(sum(sizes)).split(list(sizes))  # of the photos in each shard
    for some in shards:
        photos = torch.cat([numbers[shard] for shard in some])
        order += photos[torch.randperm(len(photos), generator=random)].tolist()
    return order

# %% wrong: all photos among themselves, so that every shard is needed all the time
def window_order(sizes, window, random):
    return torch.randperm(sum(sizes), generator=random).tolist()

# %% wrong: shards in the order in which they were packed
def window_order(sizes, window, random):
    numbers, order = torch.arange(sum(sizes)).split(list(sizes)), []
    for i in range(0, len(sizes), window):
        photos = torch.cat(numbers[i : i + window])
        order += photos[torch.randperm(len(photos), generator=random)].tolist()
    return order

# %% wrong: shards are shuffled, and photos within each, but not among several
def window_order(sizes, window, random):
    numbers, order = torch.arange(sum(sizes)).split(list(sizes)), []
    for shard in torch.randperm(len(sizes), generator=random):
        order += numbers[shard][torch.randperm(len(numbers[shard]), generator=random)].tolist()
    return order
