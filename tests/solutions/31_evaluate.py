# %% solution
def draw_people(people, resamples, random):
    names, who = np.unique(people, return_inverse=True)
    drawn = torch.randint(len(names), (resamples, len(names)), generator=random).numpy()
    return np.stack([np.bincount(row, minlength=len(names))[who] for row in drawn])

# %% wrong: single images
def draw_people(people, resamples, random):
    drawn = torch.randint(len(people), (resamples, len(people)), generator=random).numpy()
    return np.stack([np.bincount(row, minlength=len(people)) for row in drawn])

# %% wrong: without replacement
def draw_people(people, resamples, random):
    return np.ones((resamples, len(people)), dtype=int)
