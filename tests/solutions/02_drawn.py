# %% solution
def photo_of(who, shot, seed=0, size=128):
    random = generator(seed, "shot", who, shot)
    return photograph(another_shot(sample_face(generator(seed, "person", who)), random), random, size)

# %% wrong: everybody has the same shots
def photo_of(who, shot, seed=0, size=128):
    random = generator(seed, "shot", shot)
    return photograph(another_shot(sample_face(generator(seed, "person", who)), random), random, size)

# %% wrong: somebody else in each photo
def photo_of(who, shot, seed=0, size=128):
    return draw_face(generator(seed, "face", who, shot), size)

# %% wrong: sums meet
def photo_of(who, shot, seed=0, size=128):
    random = generator("shot", seed, who, shot)
    return photograph(another_shot(sample_face(generator("person", seed + who)), random), random, size)

# %% wrong: the stream goes on from the person, so every photo is the same moment
def photo_of(who, shot, seed=0, size=128):
    random = generator(seed, "person", who)
    return photograph(another_shot(sample_face(random), random), random, size)
